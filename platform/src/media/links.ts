/** Makes the links under which a session's video is published and played, and tells them from made-up ones. */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { Links, Side } from "./media.ts";

/**
 * Ids of sessions can be guessed, and WHEP players know no API keys: so the link itself is the right, and its token is
 * in the query, which no log of ours holds.
 *
 * @param secrets Those of the cookies: the first makes links, all are taken.
 */
export function mediaLinks(publicUrl: URL, secrets: readonly string[]): Links {
  const base = publicUrl.href.replace(/\/$/, "");
  const token = (secret: string, ref: string, side: Side) =>
    createHmac("sha256", secret).update(`luxxon media\n${side}\n${ref}`).digest("base64url");
  const url = (kind: string, side: Side, sessionId: string, ref: string) =>
    `${base}/api/v1/media/${kind}/${sessionId}?token=${token(secrets[0] ?? "", ref, side)}`;
  return {
    urlsOf: (sessionId, ref) => ({
      whipUrl: url("whip", "publish", sessionId, ref),
      whepUrl: url("whep", "play", sessionId, ref),
    }),
    permits(given, ref, side) {
      const bytes = Buffer.from(given);
      const known = secrets.map((secret) => Buffer.from(token(secret, ref, side)));
      return known.map((it) => it.length === bytes.length && timingSafeEqual(it, bytes)).includes(true);
    },
  };
}
