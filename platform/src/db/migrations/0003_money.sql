-- What a mined batch has cost, wei: the budgets of an hour and a day are held against it.
alter table batches add column gas_cost numeric;
create index batches_cost on batches (created_at) where gas_cost is not null;
create index batches_unpriced on batches (id) where mined_block is not null and gas_used is null;

-- What the contract has settled already: held against the event that did it.
create index settlements_already on settlements (session_id) where refusal = 'AlreadySettled';
