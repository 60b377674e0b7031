/** A backend without cameras: a session is live when it is started, and its picture says which it is, where, and when. */
import { Refused } from "../refusal.ts";
import { drawFrame } from "./frame.ts";
import type { Links, Media } from "./media.ts";

export function instantMedia(links: Links): Media {
  return {
    ...links,
    isLiveAtStart: true,
    open: async (sessionId) => `instant:${sessionId}`,
    close: async () => undefined,
    async connect() {
      throw new Refused("NOT_FOUND", "This platform has pictures alone and no video: MEDIA_BACKEND=webrtc has.", {
        detail: "media:instant",
      });
    },
    disconnect: async () => false,
    seen: () => [],
    onPicture: () => undefined,
    frame: async (session, now) =>
      drawFrame([
        `SESSION ${session.id}`,
        `LAT ${session.requestedLat}  LNG ${session.requestedLng}`,
        now.toISOString(),
      ]),
    stop: async () => undefined,
  };
}
