-- What happened to settlements, told a statement at a time: a batch's hundred are confirmed at once, and each by itself took
-- the database longer than all else that is done for one.

create function emit_settlements(rows settlements[], kinds text[], times timestamptz[]) returns void language plpgsql as $$
begin
  with told as (
    insert into events (id, subject, version, type, consumer_workspace_id, operator_workspace_id, occurred_at, body)
    select e.event_id, e.subject, e.version, e.type, e.consumer, nullif(e.operator, e.consumer), e.happened_at,
      json_build_object('type', e.type, 'timestamp', iso(e.happened_at), 'id', e.event_id, 'subject', e.subject, 'version', e.version, 'data', e.data)::text
    from (
      select uuidv7() as event_id, 'settlement:' || t.session_id as subject, 'settlement.' || t.kind as type, t.happened_at, t.place,
        s.consumer_workspace_id as consumer, s.operator_workspace_id as operator,
        row_number() over (partition by t.session_id order by t.place)
          + coalesce((select max(v.version) from events v where v.subject = 'settlement:' || t.session_id), 0) as version,
        jsonb_build_object('sessionId', t.session_id, 'from', t.consumer_wallet, 'to', t.operator_wallet, 'toAmount', t.to_amount::text,
          'feeAmount', t.fee_amount::text, 'ratePerSecond', t.rate_per_second::text, 'chargeableSeconds', t.chargeable_seconds,
          'txHash', t.tx_hash, 'blockNumber', t.event_block::text, 'blockHash', t.event_hash, 'logIndex', t.event_index,
          'confirmedAt', iso(t.confirmed_at)) as data
      from (
        select (r.settlement).*, r.kind, r.happened_at, r.place
        from (select rows[i] as settlement, kinds[i] as kind, times[i] as happened_at, i as place from generate_subscripts(rows, 1) i) r
      ) t join sessions s on s.id = t.session_id
    ) e order by e.place
    returning seq, type, consumer_workspace_id, operator_workspace_id, occurred_at
  )
  insert into webhook_deliveries (endpoint_id, event_seq, due_at)
  select w.id, e.seq, e.occurred_at from told e
  join webhook_endpoints w on w.workspace_id in (e.consumer_workspace_id, e.operator_workspace_id)
    and w.disabled_at is null and (w.types = '{}' or e.type = any (w.types));
  if found then perform pg_notify('webhooks', ''); end if;
end $$;

-- Amounts and place are those of the event on chain; when it is taken back, those that it had.
drop trigger settlements_moved on settlements;
drop function settlement_event();
create function settlement_events() returns trigger language plpgsql as $$
declare
  final bigint;
  rows settlements[];
  kinds text[];
  times timestamptz[];
begin
  if not exists (select from before b join after a using (session_id)
    where a.state is distinct from b.state and (a.state = 'CONFIRMED' or b.state = 'CONFIRMED')) then return null; end if;
  select finalized_block into final from chain_head;
  select array_agg(m.settlement order by m.block, m.index, m.nth), array_agg(m.kind order by m.block, m.index, m.nth),
    array_agg(m.happened_at order by m.block, m.index, m.nth)
  into rows, kinds, times
  from (
    select row(b.*)::settlements as settlement, 'taken_back' as kind, date_trunc('milliseconds', clock_timestamp()) as happened_at,
      b.event_block as block, b.event_index as index, 1 as nth
    from before b join after a using (session_id) where b.state = 'CONFIRMED' and a.state <> 'CONFIRMED'
    union all
    select row(a.*)::settlements, k.kind, a.confirmed_at, a.event_block, a.event_index, k.nth
    from before b join after a using (session_id) cross join (values ('confirmed', 1), ('finalized', 2)) k (kind, nth)
    where a.state = 'CONFIRMED' and b.state <> 'CONFIRMED' and (k.nth = 1 or a.event_block <= final)
  ) m;
  perform emit_settlements(rows, kinds, times);
  return null;
end $$;
create trigger settlements_moved after update on settlements referencing old table as before new table as after
  for each statement execute function settlement_events();

-- What was confirmed and is now final. What is confirmed in this very statement is told by its own trigger.
create or replace function finality_event() returns trigger language plpgsql as $$
declare
  rows settlements[];
begin
  select array_agg(t order by t.event_block, t.event_index) into rows from settlements t
  where t.state = 'CONFIRMED' and t.event_block > old.finalized_block and t.event_block <= new.finalized_block
    and (select e.type from events e where e.subject = 'settlement:' || t.session_id order by e.version desc limit 1) = 'settlement.confirmed';
  if rows is null then return null; end if;
  perform emit_settlements(rows, array_fill('finalized'::text, array[cardinality(rows)]), array_fill(new.seen_at, array[cardinality(rows)]));
  return null;
end $$;
drop function emit_settlement(text, settlements, timestamptz);
