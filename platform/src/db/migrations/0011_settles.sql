-- What more than one place asks of settlements: whether an event is the one that was due, and all that clients see of one.

-- Whether the contract's `Settled` pays the parties and amounts that are due. That both are of one session is for the caller
-- to ask, whose index knows it.
create function settles(e chain_events, s settlements) returns boolean language sql immutable parallel safe return
  e.name = 'Settled' and e.consumer = s.consumer_wallet and e.operator = s.operator_wallet
  and (e.args ->> 'toAmount')::numeric = s.to_amount and (e.args ->> 'feeAmount')::numeric = s.fee_amount
  and (e.args ->> 'ratePerSecond')::numeric = s.rate_per_second and (e.args ->> 'chargeableSeconds')::numeric = s.chargeable_seconds;

-- A row a session, charged or not (`state` is null where it is not), beside how far the chain is.
create view session_settlements as
select s.id, s.state as session_state, s.consumer_workspace_id, s.operator_workspace_id, s.consumer_wallet as session_consumer_wallet,
  s.operator_wallet as session_operator_wallet, s.rate_per_second as session_rate, s.fee_bps as session_fee_bps, s.ended_at, s.started_at,
  s.created_at as session_created_at, t.state, t.chargeable_seconds, t.to_amount, t.fee_amount, t.refusal, t.attempts, t.due_at,
  coalesce(t.tx_hash, (select x.hash from batch_transactions x where x.batch_id = t.batch_id order by x.version desc limit 1)) as tx_hash,
  t.event_block, t.event_hash, t.event_index, t.confirmed_at, t.written_off_at, h.safe_block, h.finalized_block
from sessions s left join settlements t on t.session_id = s.id left join chain_head h on true;
