-- The last heartbeat since the operator came online; null: none yet, so that it is not measured by them.
alter table workspaces add column heard_at timestamptz;

-- Whoever covers a place is looked for among those who are online.
create index workspaces_online on workspaces (coverage_lat) where availability_state <> 'OFFLINE' and is_supplier and deleted_at is null;
