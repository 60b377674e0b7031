-- What signs webhooks is sealed (`platform/src/webhooks/secrets.ts`), and gets an ed25519 key. This server has no key that seals:
-- the program seals at its next start what stands here in plain.
alter table webhook_secrets
  alter column secret drop not null,
  add column sealed text,
  -- Names the key that sealed it.
  add column sealed_by text,
  add column public_key text,
  add constraint webhook_secrets_kept check ((secret is null) <> (sealed is null) and (sealed is null or (sealed_by is not null and public_key is not null)));

-- Of the keys that sign at a time, the newest first.
create function webhook_public_keys(of_endpoint uuid, at_time timestamptz) returns text[] language sql stable return
  (select coalesce(array_agg(public_key order by id desc), '{}') from webhook_secrets
    where endpoint_id = of_endpoint and public_key is not null and (expires_at is null or expires_at > at_time));
