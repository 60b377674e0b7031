/** The video of one session: who publishes, who plays, and the newest picture. */
import { MediaStreamTrack, type RTCPeerConnection, type RTCRtpReceiver, type RtpPacket } from "werift";
import type { Clock } from "../../clock.ts";
import { Refused } from "../../refusal.ts";
import { MOST_VIEWERS, type Seen, SILENT_SECONDS, type Side } from "../media.ts";
import { readOffer } from "./offer.ts";
import { type Network, openPeer, type Peer } from "./peer.ts";
import { jpegOf, keyFrames } from "./pictures.ts";

/** A publisher of whom nothing came for so long gives way to another, ms. */
const GIVES_WAY_MS = 2_000;
/** A picture may be so old when it is asked for, ms: the rest of the second is the way to whoever asked. */
const FRESH_MS = 500;
/** How long whoever asks for a picture waits for a key frame, ms. */
const PICTURE_MS = 2_000;
/** Key frames are large: at most one in so many ms is asked for. */
const KEY_FRAME_EVERY_MS = 300;

export interface RoomContext {
  network: Network;
  clock: Clock;
  /** The first complete picture has come. */
  onPicture(): void;
}

export interface Room {
  connect(side: Side, offer: string): Promise<{ connectionId: string; answer: string }>;
  disconnect(side: Side, connectionId: string): boolean;
  frame(): Promise<Buffer | undefined>;
  seen(): Seen["video"];
  close(): void;
}

interface Publisher {
  peer: Peer | undefined;
  /** Of the last packet, or of the offer; ms. */
  heardAt: number;
  askKeyFrame: () => void;
}

interface Viewer {
  peer: Peer | undefined;
  tracks: Record<"audio" | "video", MediaStreamTrack>;
}

interface Picture {
  keyFrame: Buffer;
  at: number;
  jpeg: Promise<Buffer | undefined> | undefined;
}

export function openRoom({ network, clock, onPicture }: RoomContext): Room {
  const now = () => clock.now().getTime();
  const viewers = new Set<Viewer>();
  const waiting = new Set<() => void>();
  let isOpen = true;
  let publisher: Publisher | undefined;
  let pictureAt: number | undefined;
  let [from, until] = [0, 0];
  let newest: Picture | undefined;
  let keyFrameAskedAt = 0;

  const askKeyFrame = () => {
    if (publisher === undefined || now() - keyFrameAskedAt < KEY_FRAME_EVERY_MS) return;
    keyFrameAskedAt = now();
    publisher.askKeyFrame();
  };

  const onKeyFrame = (keyFrame: Buffer) => {
    const picture: Picture = { keyFrame, at: now(), jpeg: undefined };
    newest = picture;
    for (const act of waiting) act();
    if (pictureAt !== undefined) return;
    // One that cannot be decoded is none.
    picture.jpeg = jpegOf(keyFrame);
    void picture.jpeg.then((jpeg) => {
      if (jpeg === undefined || pictureAt !== undefined) return;
      pictureAt = picture.at;
      from = Math.max(from, picture.at);
      until = Math.max(until, from);
      onPicture();
    });
  };

  const publish = async (offer: string) => {
    const sdp = readOffer(offer, "publish");
    if (publisher !== undefined && now() - publisher.heardAt < GIVES_WAY_MS)
      throw new Refused("CONFLICT", "Somebody publishes this session's video already.", {
        detail: "media:published",
        retryAfter: GIVES_WAY_MS / 1_000,
      });
    publisher?.peer?.close();
    const me: Publisher = { peer: undefined, heardAt: now(), askKeyFrame: () => undefined };
    publisher = me;
    const frames = keyFrames();
    const listen = (connection: RTCPeerConnection) => {
      for (const { kind, receiver } of connection.getTransceivers()) {
        if (kind !== "audio" && kind !== "video") continue;
        const track = receiver.track;
        let isFirst = true;
        const hear = (packet: RtpPacket) => {
          if (publisher !== me) return;
          if (isFirst) for (const viewer of viewers) viewer.tracks[kind].notifySourceChanged(packet.header);
          isFirst = false;
          if (kind === "video") {
            const at = now();
            me.heardAt = at;
            if (at - until > SILENT_SECONDS * 1_000) from = at;
            until = at;
            const keyFrame = frames.push(packet);
            if (keyFrame !== undefined) onKeyFrame(keyFrame);
            else if (newest === undefined) askKeyFrame();
          }
          for (const viewer of viewers) viewer.tracks[kind].writeRtp(packet);
        };
        track.onReceiveRtp.subscribe(hear);
        if (kind === "video") me.askKeyFrame = () => askForKeyFrame(receiver);
      }
    };
    try {
      me.peer = await openPeer({
        offer: sdp,
        network,
        prepare: async (connection) => listen(connection),
        onConnected: askKeyFrame,
        onClosed: () => {
          if (publisher === me) publisher = undefined;
        },
      });
    } catch (error) {
      if (publisher === me) publisher = undefined;
      throw error;
    }
    if (isOpen && publisher === me) return me.peer;
    me.peer.close();
    throw new Refused("CONFLICT", "The session has ended, or somebody else publishes it by now.", {
      detail: "media:published",
    });
  };

  const play = async (offer: string) => {
    const sdp = readOffer(offer, "play");
    if (viewers.size >= MOST_VIEWERS)
      throw new Refused("CONFLICT", `At most ${MOST_VIEWERS} play a session's video at once.`, {
        detail: "media:viewers",
        retryAfter: 15,
      });
    const me: Viewer = {
      peer: undefined,
      tracks: { audio: new MediaStreamTrack({ kind: "audio" }), video: new MediaStreamTrack({ kind: "video" }) },
    };
    viewers.add(me);
    try {
      me.peer = await openPeer({
        offer: sdp,
        network,
        async prepare(connection) {
          for (const transceiver of connection.getTransceivers()) {
            const { kind, sender } = transceiver;
            if (kind !== "audio" && kind !== "video") continue;
            transceiver.setDirection("sendonly");
            await sender.replaceTrack(me.tracks[kind]);
            if (kind === "video") sender.onPictureLossIndication.subscribe(askKeyFrame);
          }
        },
        onConnected: askKeyFrame,
        onClosed: () => viewers.delete(me),
      });
    } catch (error) {
      viewers.delete(me);
      throw error;
    }
    if (isOpen) return me.peer;
    me.peer.close();
    throw new Refused("CONFLICT", "The session has ended.", { detail: "media:over" });
  };

  return {
    async connect(side, offer) {
      const { id, answer } = await (side === "publish" ? publish(offer) : play(offer));
      return { connectionId: id, answer };
    },
    disconnect(side, connectionId) {
      const among = side === "publish" ? [publisher] : [...viewers];
      const found = among.find((it) => it?.peer?.id === connectionId);
      found?.peer?.close();
      return found !== undefined;
    },
    async frame() {
      const isFresh = () => newest !== undefined && now() - newest.at <= FRESH_MS;
      if (!isFresh()) {
        if (publisher === undefined || now() - publisher.heardAt > GIVES_WAY_MS) return undefined;
        askKeyFrame();
        const again = setInterval(askKeyFrame, KEY_FRAME_EVERY_MS);
        await new Promise<void>((resolve) => {
          const timer = setTimeout(done, PICTURE_MS);
          function done() {
            clearTimeout(timer);
            clearInterval(again);
            waiting.delete(done);
            resolve();
          }
          waiting.add(done);
        });
      }
      if (newest === undefined || !isFresh()) return undefined;
      newest.jpeg ??= jpegOf(newest.keyFrame);
      return await newest.jpeg;
    },
    seen: () =>
      pictureAt === undefined
        ? undefined
        : { pictureAt: new Date(pictureAt), from: new Date(from), until: new Date(until) },
    close() {
      isOpen = false;
      publisher?.peer?.close();
      for (const { peer } of viewers) peer?.close();
    },
  };
}

function askForKeyFrame(receiver: RTCRtpReceiver): void {
  const { ssrc } = receiver.track;
  if (ssrc !== undefined) receiver.sendRtcpPLI(ssrc).catch(() => undefined);
}
