-- The platform's tables. Amounts are whole µUSDC; addresses are EIP-55; times are the platform's clock in ms, but for the
-- columns *_timestamp, which are seconds of the chain. Every timestamptz is written by the program, never by now().

-- The one chain and contract that this database belongs to.
create table chain_identity (
  only_one boolean primary key default true check (only_one),
  chain_id bigint not null,
  settlement text not null,
  deployment_block bigint not null,
  deployment_hash text not null
);

-- WHO

create table workspaces (
  id uuid primary key,
  slug text not null constraint workspaces_slug unique,
  name text not null,
  wallet_address text not null,
  is_consumer boolean not null,
  is_supplier boolean not null,
  availability_state text not null default 'OFFLINE' check (availability_state in ('OFFLINE', 'ONLINE', 'BUSY')),
  coverage_lat double precision,
  coverage_lng double precision,
  coverage_radius_meters double precision,
  device_kind text,
  -- Since when nobody has asked it for anything: dispatch takes the longest idle.
  idle_since timestamptz,
  last_seen_at timestamptz,
  heartbeat_sequence numeric,
  created_at timestamptz not null,
  created_by_wallet text not null,
  deleted_at timestamptz
);
create index workspaces_coverage on workspaces (availability_state) where coverage_lat is not null;

-- Which role a wallet has is SpiceDB's to say; this is the list for people.
create table workspace_members (
  id uuid primary key,
  workspace_id uuid not null references workspaces,
  wallet_address text not null,
  role text not null check (role in ('OWNER', 'ADMIN', 'VIEWER')),
  created_at timestamptz not null,
  constraint workspace_members_once unique (workspace_id, wallet_address)
);
create index workspace_members_wallet on workspace_members (wallet_address);

-- What is written to SpiceDB, in its order. The current relationships are, of each, the last operation.
create table relationship_writes (
  id bigint generated always as identity primary key,
  operation text not null check (operation in ('TOUCH', 'DELETE')),
  resource_id text not null,
  relation text not null,
  subject_id text not null,
  created_at timestamptz not null,
  applied_at timestamptz,
  zed_token text
);
create index relationship_writes_open on relationship_writes (id) where applied_at is null;

-- Sign-in messages that were issued. A nonce dies at its first use, whatever comes of it.
create table challenges (
  nonce text primary key,
  purpose text not null,
  wallet_address text not null,
  message text not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index challenges_expiry on challenges (expires_at);

create table wallet_sessions (
  id uuid primary key,
  wallet_address text not null,
  workspace_id uuid references workspaces,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz
);
create index wallet_sessions_expiry on wallet_sessions (expires_at);

create table api_keys (
  id uuid primary key,
  workspace_id uuid not null references workspaces,
  hash bytea not null constraint api_keys_hash unique,
  prefix text not null,
  label text not null,
  environment text not null,
  scopes text[] not null,
  created_at timestamptz not null,
  created_by_wallet text not null,
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz,
  grace_period_end timestamptz
);
create index api_keys_workspace on api_keys (workspace_id, created_at);

create table idempotency_keys (
  -- Whose key it is: a workspace, or a wallet where there is none yet.
  scope text not null,
  key text not null,
  fingerprint bytea not null,
  status integer not null,
  body text not null,
  created_at timestamptz not null,
  primary key (scope, key)
);
create index idempotency_keys_age on idempotency_keys (created_at);

-- SESSIONS

create table quotes (
  id uuid primary key,
  workspace_id uuid not null references workspaces,
  lat double precision not null,
  lng double precision not null,
  duration_seconds integer not null,
  rate_per_second bigint not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);

create table sessions (
  id uuid primary key,
  consumer_workspace_id uuid not null references workspaces,
  operator_workspace_id uuid references workspaces,
  -- As they were when the session was made and taken: a settlement pays from the one to the other.
  consumer_wallet text not null,
  operator_wallet text,
  state text not null check (state in ('REQUESTED', 'ASSIGNED', 'LIVE', 'ENDED', 'EXPIRED', 'CANCELLED')),
  end_reason text,
  reference text,
  requested_lat double precision not null,
  requested_lng double precision not null,
  max_duration_seconds integer not null,
  wait_timeout_seconds integer not null,
  rate_per_second bigint not null,
  fee_bps integer not null,
  guaranteed boolean not null,
  -- What it may still cost the consumer's pool: rate × maximum until it ends, the charge until that is settled for good.
  reserved bigint not null,
  -- Whether the consumer's daily limit bounds the reservation too.
  clean_seconds integer not null default 0,
  charged bigint not null default 0,
  video_backend_ref text,
  created_at timestamptz not null,
  -- When nobody will wait any longer: for an operator, or for the end.
  expires_at timestamptz not null,
  started_at timestamptz,
  ended_at timestamptz,
  constraint sessions_reference unique (consumer_workspace_id, reference)
);
create index sessions_consumer on sessions (consumer_workspace_id, created_at desc, id desc);
create index sessions_operator on sessions (operator_workspace_id, created_at desc, id desc);
create index sessions_reserved on sessions (consumer_wallet) include (reserved) where reserved > 0;
create index sessions_open on sessions (expires_at) where state in ('REQUESTED', 'ASSIGNED', 'LIVE');
create index sessions_live on sessions (consumer_wallet) where state = 'LIVE';

-- When the picture was away: not charged. Windows may overlap; an open one ends with the session.
create table disconnect_windows (
  id bigint generated always as identity primary key,
  session_id uuid not null references sessions,
  reason text not null,
  opened_at timestamptz not null,
  closed_at timestamptz
);
create index disconnect_windows_session on disconnect_windows (session_id);

-- MONEY

-- One row a session that costs something, made in the transaction of its end.
create table settlements (
  session_id uuid primary key references sessions,
  state text not null check (state in ('PENDING', 'SUBMITTED', 'CONFIRMED')),
  consumer_wallet text not null,
  operator_wallet text not null,
  rate_per_second bigint not null,
  chargeable_seconds integer not null,
  to_amount bigint not null,
  fee_amount bigint not null,
  fee_bps integer not null,
  -- Goes in the very next transaction: its pool is about to run dry.
  urgent boolean not null,
  created_at timestamptz not null,
  -- When the relayer looks at it; null while a batch carries it.
  due_at timestamptz,
  attempts integer not null default 0,
  -- The contract's own word for why it did not settle.
  refusal text,
  batch_id bigint,
  -- The contract's event, as the watcher read it.
  tx_hash text,
  event_block bigint,
  event_hash text,
  event_index integer,
  event_timestamp bigint,
  confirmed_at timestamptz,
  written_off_at timestamptz,
  written_off_by text,
  write_off_reason text
);
create index settlements_due on settlements (due_at) where state = 'PENDING' and written_off_at is null;
create index settlements_batch on settlements (batch_id) where batch_id is not null and state <> 'CONFIRMED';
create index settlements_event on settlements (event_block) where event_block is not null;
create index settlements_seen on settlements (event_timestamp) where event_timestamp is not null and state <> 'CONFIRMED';
create index settlements_consumer on settlements (consumer_wallet, created_at desc);
create index settlements_operator on settlements (operator_wallet, created_at desc);

-- Who works: one holder a name. The fence grows with each new holder, and what a holder writes carries it.
create table leases (
  name text primary key,
  holder uuid not null,
  fence bigint not null,
  expires_at timestamptz not null
);

-- A batch of settlements that goes to the contract under one nonce.
create table batches (
  id bigint generated always as identity primary key,
  signer text not null,
  nonce bigint not null,
  fence bigint not null,
  sessions integer not null,
  total bigint not null,
  -- Once none of its sessions waits for it any longer.
  is_done boolean not null default false,
  created_at timestamptz not null,
  mined_block bigint,
  mined_hash text,
  gas_used bigint,
  constraint batches_nonce unique (signer, nonce)
);
create index batches_open on batches (signer, nonce) where not is_done;

-- What was signed for a batch: the first version and its replacements. Any of them may be mined.
create table batch_transactions (
  hash text primary key,
  batch_id bigint not null references batches,
  version integer not null,
  raw text not null,
  max_fee_per_gas bigint not null,
  max_priority_fee_per_gas bigint not null,
  gas bigint not null,
  signed_at timestamptz not null,
  signed_block bigint not null,
  sent_at timestamptz,
  constraint batch_transactions_version unique (batch_id, version)
);

-- THE CHAIN

-- Blocks that were read, in windows that join; the hash of the last one stands for all before it.
create table chain_windows (
  to_block bigint primary key,
  from_block bigint not null constraint chain_windows_join unique,
  to_hash text not null,
  to_timestamp bigint not null
);

-- What the contract said, and USDC of allowances for it.
create table chain_events (
  block_hash text not null,
  log_index integer not null,
  block_number bigint not null,
  block_timestamp bigint not null,
  tx_hash text not null,
  name text not null,
  -- Whose pool, or whose allowance.
  consumer text,
  operator text,
  session_id uuid,
  amount numeric,
  args jsonb not null,
  id bigint generated always as identity constraint chain_events_id unique,
  primary key (block_hash, log_index)
);
create index chain_events_block on chain_events (block_number);
create index chain_events_consumer on chain_events (consumer, block_number desc, log_index desc);
create index chain_events_operator on chain_events (operator, block_number desc, log_index desc) where operator is not null;
create index chain_events_session on chain_events (session_id) where session_id is not null;

-- What each consumer owns in the contract, out of the events.
create table pools (
  consumer text primary key,
  balance numeric not null,
  block_number bigint not null
);

-- How far the watcher is, as of its last turn.
create table chain_head (
  only_one boolean primary key default true check (only_one),
  head_block bigint not null,
  head_timestamp bigint not null,
  safe_block bigint not null,
  finalized_block bigint not null,
  seen_at timestamptz not null
);

-- What needs a person: never deleted, closed by whoever looked.
create table alarms (
  id bigint generated always as identity primary key,
  kind text not null,
  subject text not null,
  message text not null,
  raised_at timestamptz not null,
  closed_at timestamptz
);
create unique index alarms_open on alarms (kind, subject) where closed_at is null;
