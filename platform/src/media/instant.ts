/** A backend without cameras: a session is live when it is started, and its picture says which it is, where, and when. */

import { drawFrame } from "./frame.ts";
import type { Media } from "./media.ts";

export function instantMedia(publicUrl: URL): Media {
  const base = publicUrl.href.replace(/\/$/, "");
  return {
    isLiveAtStart: true,
    open: async (sessionId) => `instant:${sessionId}`,
    close: async () => undefined,
    urlsOf: (sessionId) => ({
      whipUrl: `${base}/api/v1/media/whip/${sessionId}`,
      whepUrl: `${base}/api/v1/media/whep/${sessionId}`,
    }),
    frame: async (session, now) =>
      drawFrame([
        `SESSION ${session.id}`,
        `LAT ${session.requestedLat}  LNG ${session.requestedLng}`,
        now.toISOString(),
      ]),
  };
}
