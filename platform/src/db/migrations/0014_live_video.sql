-- The last packet of each session's video that came in here, told about once a second. What is over is taken out by the clock.
create table video_beats (
  session_id uuid primary key references sessions,
  last_at timestamptz not null,
  -- Whether a window was opened since.
  is_away boolean not null default false
);
create index video_beats_due on video_beats (last_at) where not is_away;
