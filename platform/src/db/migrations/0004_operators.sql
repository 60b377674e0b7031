-- Where operators are, how they were heard of, and what the video backend said.

-- Metres along a sphere of the earth's mean radius (haversine).
create function meters_between(a_lat double precision, a_lng double precision, b_lat double precision, b_lng double precision)
returns double precision language sql immutable parallel safe return
  2 * 6371008.8 * asin(least(1, sqrt(
    sin(radians(b_lat - a_lat) / 2) ^ 2 + cos(radians(a_lat)) * cos(radians(b_lat)) * sin(radians(b_lng - a_lng) / 2) ^ 2)));

-- The newest heartbeat that an operator sent for a session: who never sent one is not measured by them.
create table session_beats (
  session_id uuid primary key references sessions,
  last_at timestamptz not null,
  is_stale boolean not null default false
);
create index session_beats_due on session_beats (last_at) where not is_stale;

-- What the video backend said of its inputs. The same thing said twice is there once.
create table video_events (
  id bigint generated always as identity primary key,
  ref text not null,
  is_connected boolean not null,
  at timestamptz not null,
  constraint video_events_once unique (ref, at, is_connected)
);

create index sessions_video on sessions (video_backend_ref) where video_backend_ref is not null;
create index sessions_created on sessions (created_at);
create index relationship_writes_resource on relationship_writes (resource_id, id);
create index workspace_members_workspace on workspace_members (workspace_id, created_at, id);
