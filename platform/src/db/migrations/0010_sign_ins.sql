-- Which sessions come from the same sign-in: choosing a workspace opens another one, and signing out ends them all.
alter table wallet_sessions add column sign_in uuid;
create index wallet_sessions_sign_in on wallet_sessions (sign_in) where revoked_at is null;
