-- What was asked for, in cells of about 5 km: those of one row of latitude are as wide as they are high. A cell is known by its middle.
create view demand_requests as
  select created_at, state, price, is_unmet, lat, least((floor(lng / width) + 0.5) * width, 180) as lng
  from (
    select created_at, state, price, is_unmet, lng, lat, 0.045::double precision / greatest(cos(radians(lat)), 0.01) as width
    from (
      select created_at, state, rate_per_second * max_duration_seconds as price, operator_workspace_id is null and state in ('EXPIRED', 'CANCELLED') as is_unmet,
        requested_lng as lng, (floor(requested_lat / 0.045::double precision) + 0.5) * 0.045::double precision as lat
      from sessions
    ) rows_of_latitude
  ) cells;

-- The same, an hour at a time: what the clock has summed up once nothing of it could change any more.
create table demand_hours (
  hour timestamptz not null,
  lat double precision not null,
  lng double precision not null,
  requests integer not null,
  unmet integer not null,
  -- Of all its requests, µUSDC.
  price numeric not null,
  primary key (hour, lat, lng)
);
-- Every hour before this one is summed up.
create table demand_summed (
  only_one boolean primary key default true check (only_one),
  before timestamptz not null
);
