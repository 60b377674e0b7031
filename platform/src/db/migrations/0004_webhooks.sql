-- What happened, for whoever polls or has it sent. Triggers write it in the very transaction of the change itself: no change
-- without its event, whoever makes it, and no event of a change that was rolled back.

create table events (
  seq bigint generated always as identity primary key,
  -- Whose order readers see: once no older transaction is open, none can come in between any more.
  xid xid8 not null default pg_current_xact_id(),
  id uuid not null default uuidv7() constraint events_id unique,
  -- What it is about, and the how manieth of it.
  subject text not null,
  version integer not null,
  type text not null,
  consumer_workspace_id uuid not null,
  operator_workspace_id uuid,
  occurred_at timestamptz not null,
  -- The very bytes that are sent.
  body text not null,
  constraint events_once unique (subject, version)
);
create index events_consumer on events (consumer_workspace_id, xid, seq);
create index events_operator on events (operator_workspace_id, xid, seq) where operator_workspace_id is not null;
create index events_age on events (occurred_at);

create table webhook_endpoints (
  id uuid primary key,
  workspace_id uuid not null references workspaces,
  url text not null,
  description text not null,
  -- Empty: all.
  types text[] not null,
  created_at timestamptz not null,
  created_by_wallet text not null,
  disabled_at timestamptz,
  disabled_reason text,
  -- Since when nothing has arrived; null while all is well.
  failing_since timestamptz
);
create index webhook_endpoints_workspace on webhook_endpoints (workspace_id, created_at, id);

-- Several are good at a time while one replaces another: all sign.
create table webhook_secrets (
  id bigint generated always as identity primary key,
  endpoint_id uuid not null references webhook_endpoints on delete cascade,
  secret text not null,
  created_at timestamptz not null,
  expires_at timestamptz
);
create index webhook_secrets_endpoint on webhook_secrets (endpoint_id);

create table webhook_deliveries (
  id bigint generated always as identity primary key,
  endpoint_id uuid not null references webhook_endpoints on delete cascade,
  event_seq bigint not null references events on delete cascade,
  state text not null default 'PENDING' check (state in ('PENDING', 'DELIVERED', 'FAILED')),
  attempts integer not null default 0,
  due_at timestamptz not null,
  -- Who sends it holds it until then; the fence tells holders apart.
  leased_until timestamptz,
  fence bigint not null default 0,
  last_status integer,
  last_error text,
  last_ms integer,
  last_at timestamptz,
  constraint webhook_deliveries_once unique (endpoint_id, event_seq)
);
create index webhook_deliveries_due on webhook_deliveries (endpoint_id, due_at) where state = 'PENDING';
create index webhook_deliveries_event on webhook_deliveries (event_seq);

create function iso(at timestamptz) returns text language sql immutable parallel safe return
  to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');

create function emit_event(about text, kind text, consumer uuid, operator uuid, happened_at timestamptz, data jsonb)
returns void language plpgsql as $$
declare
  next integer := 1 + coalesce((select max(version) from events where subject = about), 0);
  event_id uuid := uuidv7();
  number bigint;
begin
  insert into events (id, subject, version, type, consumer_workspace_id, operator_workspace_id, occurred_at, body)
  values (event_id, about, next, kind, consumer, nullif(operator, consumer), happened_at,
    json_build_object('type', kind, 'timestamp', iso(happened_at), 'id', event_id, 'subject', about, 'version', next, 'data', data)::text)
  returning seq into number;
  insert into webhook_deliveries (endpoint_id, event_seq, due_at)
  select e.id, number, happened_at from webhook_endpoints e
  where e.workspace_id in (consumer, operator) and e.disabled_at is null and (e.types = '{}' or kind = any (e.types));
  if found then perform pg_notify('webhooks', ''); end if;
end $$;

create function session_event() returns trigger language plpgsql as $$
begin
  perform emit_event('session:' || new.id, 'session.' || lower(new.state), new.consumer_workspace_id, new.operator_workspace_id,
    case new.state when 'REQUESTED' then new.created_at when 'LIVE' then new.started_at
      when 'ASSIGNED' then date_trunc('milliseconds', clock_timestamp()) else new.ended_at end,
    jsonb_build_object('sessionId', new.id, 'state', new.state, 'endReason', new.end_reason,
      'consumerWorkspaceId', new.consumer_workspace_id, 'operatorWorkspaceId', new.operator_workspace_id,
      'requestedLat', new.requested_lat, 'requestedLng', new.requested_lng, 'maxDurationSeconds', new.max_duration_seconds,
      'ratePerSecondMicroUsdc', new.rate_per_second::text, 'createdAt', iso(new.created_at), 'startedAt', iso(new.started_at),
      'endedAt', iso(new.ended_at), 'cleanSeconds', new.clean_seconds, 'chargedMicroUsdc', new.charged::text));
  return null;
end $$;
create trigger sessions_made after insert on sessions for each row execute function session_event();
create trigger sessions_moved after update of state on sessions for each row
  when (old.state is distinct from new.state) execute function session_event();

-- Amounts and place are those of the event on chain; when it is taken back, those that it had.
create function emit_settlement(kind text, t settlements, happened_at timestamptz) returns void language plpgsql as $$
declare
  s sessions;
begin
  select * into s from sessions where id = t.session_id;
  perform emit_event('settlement:' || t.session_id, 'settlement.' || kind, s.consumer_workspace_id, s.operator_workspace_id, happened_at,
    jsonb_build_object('sessionId', t.session_id, 'from', t.consumer_wallet, 'to', t.operator_wallet, 'toAmount', t.to_amount::text,
      'feeAmount', t.fee_amount::text, 'ratePerSecond', t.rate_per_second::text, 'chargeableSeconds', t.chargeable_seconds,
      'txHash', t.tx_hash, 'blockNumber', t.event_block::text, 'blockHash', t.event_hash, 'logIndex', t.event_index,
      'confirmedAt', iso(t.confirmed_at)));
end $$;

create function settlement_event() returns trigger language plpgsql as $$
begin
  if old.state = 'CONFIRMED' then
    perform emit_settlement('taken_back', old, date_trunc('milliseconds', clock_timestamp()));
  else
    perform emit_settlement('confirmed', new, new.confirmed_at);
    if new.event_block <= (select finalized_block from chain_head) then
      perform emit_settlement('finalized', new, new.confirmed_at);
    end if;
  end if;
  return null;
end $$;
create trigger settlements_moved after update of state on settlements for each row
  when (old.state is distinct from new.state and (old.state = 'CONFIRMED' or new.state = 'CONFIRMED'))
  execute function settlement_event();

-- What was confirmed and is now final. What is confirmed in this very statement is told by its own trigger.
create function finality_event() returns trigger language plpgsql as $$
declare
  t settlements;
begin
  for t in select * from settlements
    where state = 'CONFIRMED' and event_block > old.finalized_block and event_block <= new.finalized_block order by event_block, event_index
  loop
    if (select type from events where subject = 'settlement:' || t.session_id order by version desc limit 1) = 'settlement.confirmed' then
      perform emit_settlement('finalized', t, new.seen_at);
    end if;
  end loop;
  return null;
end $$;
create trigger chain_head_moved after update of finalized_block on chain_head for each row
  when (new.finalized_block > old.finalized_block) execute function finality_event();
