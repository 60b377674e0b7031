-- The relayer looks at what is urgent first, and at the oldest of all, each by an index, however much is due.
create index settlements_urgent on settlements (due_at) where urgent and state = 'PENDING' and written_off_at is null;
