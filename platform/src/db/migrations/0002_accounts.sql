-- Accounts of organisations: sign-up that an operator approves, their API keys, and tries at their passwords.

create table accounts (
  id uuid primary key,
  -- As it was given, and as it is compared.
  email text not null,
  email_key text not null constraint accounts_email unique,
  -- argon2id, in the PHC string format.
  password_hash text not null,
  org text not null,
  -- As it was given, in its own order: chain → validator_addresses, delegator_addresses.
  scope json not null,
  state text not null check (state in ('PENDING', 'APPROVED', 'REJECTED', 'SUSPENDED')),
  created_at timestamptz not null,
  decided_at timestamptz
);

create table account_keys (
  -- 24 hex digits: 4 bytes of seconds, 8 random ones.
  id text primary key,
  account_id uuid not null references accounts,
  -- sha256 of the key, which is kept nowhere.
  hash bytea not null constraint account_keys_hash unique,
  label text not null,
  created_at timestamptz not null,
  revoked_at timestamptz
);
create index account_keys_active on account_keys (account_id, created_at, id) where revoked_at is null;

-- Wrong passwords, counted by email, and by email and network; whether the email is known changes nothing.
create table account_tries (
  -- sha256: who tried what is nobody's affair.
  key bytea primary key,
  failures integer not null,
  -- Until when they count.
  ends_at timestamptz not null,
  -- When the right password last came from that network.
  succeeded_at timestamptz
);
create index account_tries_end on account_tries (ends_at);

-- Who got the fees when.
create index chain_events_platform_wallet on chain_events (id) where name = 'PlatformWalletSet';
