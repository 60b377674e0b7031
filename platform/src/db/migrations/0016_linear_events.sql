-- What thousands of settlements do at once took a time that grew with their square; here it grows with their number.

-- The plan that a function keeps is the one for how many there were in its first calls: a loop within a loop. So it is made
-- for as many as there are. And an element of an array is looked for from the array's beginning, once for each of its columns:
-- the array is taken apart as a whole.
create or replace function emit_settlements(rows settlements[], kinds text[], times timestamptz[]) returns void
language plpgsql set plan_cache_mode = force_custom_plan as $$
begin
  with told as (
    insert into events (id, subject, version, type, consumer_workspace_id, operator_workspace_id, occurred_at, body)
    select e.event_id, e.subject, e.version, e.type, e.consumer, nullif(e.operator, e.consumer), e.happened_at,
      json_build_object('type', e.type, 'timestamp', iso(e.happened_at), 'id', e.event_id, 'subject', e.subject, 'version', e.version, 'data', e.data)::text
    from (
      select uuidv7() as event_id, 'settlement:' || t.session_id as subject, 'settlement.' || k.kind as type, k.happened_at, k.place,
        s.consumer_workspace_id as consumer, s.operator_workspace_id as operator,
        row_number() over (partition by t.session_id order by k.place)
          + coalesce((select max(v.version) from events v where v.subject = 'settlement:' || t.session_id), 0) as version,
        jsonb_build_object('sessionId', t.session_id, 'from', t.consumer_wallet, 'to', t.operator_wallet, 'toAmount', t.to_amount::text,
          'feeAmount', t.fee_amount::text, 'ratePerSecond', t.rate_per_second::text, 'chargeableSeconds', t.chargeable_seconds,
          'txHash', t.tx_hash, 'blockNumber', t.event_block::text, 'blockHash', t.event_hash, 'logIndex', t.event_index,
          'confirmedAt', iso(t.confirmed_at)) as data
      from unnest(rows) with ordinality t
      join unnest(kinds, times) with ordinality k (kind, happened_at, place) on k.place = t.ordinality
      join sessions s on s.id = t.session_id
    ) e order by e.place
    returning seq, type, consumer_workspace_id, operator_workspace_id, occurred_at
  )
  insert into webhook_deliveries (endpoint_id, event_seq, due_at)
  select w.id, e.seq, e.occurred_at from told e
  join webhook_endpoints w on w.workspace_id in (e.consumer_workspace_id, e.operator_workspace_id)
    and w.disabled_at is null and (w.types = '{}' or e.type = any (w.types));
  if found then perform pg_notify('webhooks', ''); end if;
end $$;

-- Most statements confirm nothing and take nothing back, which is seen without comparing before and after.
create or replace function settlement_events() returns trigger language plpgsql set plan_cache_mode = force_custom_plan as $$
declare
  final bigint;
  rows settlements[];
  kinds text[];
  times timestamptz[];
begin
  if not exists (select from before where state = 'CONFIRMED') and not exists (select from after where state = 'CONFIRMED')
    then return null; end if;
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
  if rows is not null then perform emit_settlements(rows, kinds, times); end if;
  return null;
end $$;

alter function finality_event() set plan_cache_mode = force_custom_plan;
