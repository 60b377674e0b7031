-- What people tell the relayer, what it tells them, and what they have written off.

-- Append-only. Of pauses and resumptions the newest counts; a replacement names the hash of the version that is to be replaced.
create table relayer_orders (
  id bigint generated always as identity primary key,
  what text not null check (what in ('pause', 'resume', 'replace')),
  subject text,
  ordered_by text not null,
  reason text,
  ordered_at timestamptz not null,
  check ((what = 'replace') = (subject is not null))
);
create unique index relayer_orders_replace on relayer_orders (subject) where what = 'replace';
create index relayer_orders_pause on relayer_orders (id) where what <> 'replace';

-- What the relayer that works has last seen of its signer. Amounts in wei.
create table relayer_status (
  only_one boolean primary key default true check (only_one),
  signer text not null,
  -- How many of its nonces the chain has seen used.
  nonce bigint not null,
  balance numeric not null,
  -- A day's use of it.
  needed numeric not null,
  base_fee numeric not null,
  -- The most that a transaction may offer for a unit of gas.
  fee_ceiling numeric not null,
  hour_cost numeric not null,
  hour_budget numeric not null,
  day_cost numeric not null,
  day_budget numeric not null,
  looked_at timestamptz not null
);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name;
end $$;
create trigger relayer_orders_append_only before update or delete on relayer_orders for each row execute function refuse_change();

-- A write-off stays, whatever the chain says later; and who has written what off, and why, is said with it.
alter table settlements add constraint settlements_written_off
  check ((written_off_at is null) = (written_off_by is null) and (written_off_at is null) = (write_off_reason is null));
create trigger settlements_write_off_stays before update of written_off_at, written_off_by, write_off_reason on settlements for each row
  when (old.written_off_at is not null) execute function refuse_change();
create trigger settlements_written_off_stay before delete on settlements for each row
  when (old.written_off_at is not null) execute function refuse_change();

alter table alarms add column closed_by text, add column close_reason text;

-- For what is checked every minute: what is open, and what there must never be.
create index settlements_open on settlements (session_id) where state <> 'CONFIRMED';
create index settlements_unfounded on settlements (session_id) where state = 'CONFIRMED' and event_block is null;
