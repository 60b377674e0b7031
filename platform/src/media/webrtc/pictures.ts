/**
 * Takes still pictures out of a VP8 stream without a video decoder: a key frame is what a lossy WebP file holds.
 */
import sharp from "sharp";
import { type RtpPacket, Vp8RtpPayload } from "werift";

/** Bytes of one key frame, and pixels of it: more is nobody's camera. */
const MOST = { bytes: 4 * 1_024 * 1_024, pixels: 4_096 * 4_096 } as const;

export interface KeyFrames {
  /** @returns A key frame, if this packet was what it still lacked. */
  push(packet: RtpPacket): Buffer | undefined;
}

interface Frame {
  /** Sequence numbers of its head and of its last packet. */
  first: number | undefined;
  last: number | undefined;
  isKey: boolean | undefined;
  bytes: number;
  bySequence: Map<number, Buffer>;
}

/** Frames that may still be incomplete: a packet that was lost comes once more, later. */
const MOST_FRAMES = 4;

/** Puts key frames together: all packets of one timestamp from the frame's head to the marker, none missing, in any order. */
export function keyFrames(): KeyFrames {
  const frames = new Map<number, Frame>();
  return {
    push({ header, payload }) {
      const { timestamp, sequenceNumber, marker } = header;
      const vp8 = described(payload);
      if (vp8 === undefined) return undefined;
      const frame = frames.get(timestamp) ?? {
        first: undefined,
        last: undefined,
        isKey: undefined,
        bytes: 0,
        bySequence: new Map(),
      };
      frames.set(timestamp, frame);
      for (const oldest of frames.keys()) if (frames.size > MOST_FRAMES) frames.delete(oldest);
      if (vp8.sBit === 1 && vp8.pid === 0) {
        frame.first = sequenceNumber;
        frame.isKey = vp8.isKeyframe;
      }
      if (marker) frame.last = sequenceNumber;
      if (!frame.bySequence.has(sequenceNumber)) frame.bytes += vp8.payload.length;
      frame.bySequence.set(sequenceNumber, vp8.payload);
      if (frame.isKey === false || frame.bytes > MOST.bytes) frame.bySequence.clear();
      const { first, last, bySequence } = frame;
      if (first === undefined || last === undefined) return undefined;
      const count = ((last - first) & 0xffff) + 1;
      if (bySequence.size < count) return undefined;
      const all = Array.from({ length: count }, (_, i) => bySequence.get((first + i) & 0xffff));
      if (!all.every((part) => part !== undefined)) return undefined;
      bySequence.clear();
      return Buffer.concat(all);
    },
  };
}

/** What is cut short is no packet of a picture. */
function described(payload: Buffer): Vp8RtpPayload | undefined {
  try {
    return Vp8RtpPayload.deSerialize(payload);
  } catch {
    return undefined;
  }
}

/** @returns Undefined if it cannot be decoded whole. */
export async function jpegOf(keyFrame: Buffer): Promise<Buffer | undefined> {
  const padded = keyFrame.length + (keyFrame.length % 2);
  const file = Buffer.alloc(20 + padded);
  file.write("RIFF", 0);
  file.writeUInt32LE(12 + padded, 4);
  file.write("WEBPVP8 ", 8);
  file.writeUInt32LE(keyFrame.length, 16);
  keyFrame.copy(file, 20);
  try {
    return await sharp(file, { limitInputPixels: MOST.pixels, failOn: "warning" }).jpeg({ quality: 80 }).toBuffer();
  } catch {
    return undefined;
  }
}
