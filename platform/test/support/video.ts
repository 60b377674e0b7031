/** Publishes and plays a session's video as a browser would, without one: by WHIP and WHEP, in VP8. */
import { setTimeout as sleep } from "node:timers/promises";
import sharp from "sharp";
import {
  MediaStreamTrack,
  RTCPeerConnection,
  type RTCRtpCodecParameters,
  type RtpPacket,
  useOPUS,
  useVP8,
  Vp8Packetizer,
  Vp8RtpPayload,
} from "werift";

export interface Colour {
  r: number;
  g: number;
  b: number;
}

const SDP = { "content-type": "application/sdp" };

function newConnection(codec: RTCRtpCodecParameters): RTCPeerConnection {
  return new RTCPeerConnection({
    codecs: { video: [codec], audio: [useOPUS()] },
    iceServers: [],
    iceUseIpv6: false,
    iceInterfaceAddresses: { udp4: "127.0.0.1" },
    iceAdditionalHostAddresses: ["127.0.0.1"],
  });
}

/** An offer as a browser makes it. */
export async function newOffer(side: "publish" | "play", codec = useVP8()) {
  const connection = newConnection(codec);
  const direction = side === "publish" ? "sendonly" : "recvonly";
  const track = new MediaStreamTrack({ kind: "video" });
  const transceiver = connection.addTransceiver(side === "publish" ? track : "video", { direction });
  await connection.setLocalDescription(await connection.createOffer());
  return { connection, transceiver, track, sdp: connection.localDescription?.sdp ?? "" };
}

export async function post(url: string, sdp: string, headers: Record<string, string> = SDP) {
  return await fetch(url, { method: "POST", headers, body: sdp });
}

async function connected(connection: RTCPeerConnection): Promise<void> {
  for (const end = Date.now() + 10_000; connection.connectionState !== "connected"; await sleep(20))
    if (Date.now() > end) throw new Error(`not connected: ${connection.connectionState}`);
}

/** One colour all over, as the bytes of a VP8 key frame. */
async function keyFrameOf(colour: Colour): Promise<Buffer> {
  const webp = await sharp({ create: { width: 320, height: 240, channels: 3, background: colour } })
    .webp({ quality: 60 })
    .toBuffer();
  return webp.subarray(20, 20 + webp.readUInt32LE(16));
}

/**
 * @param colour What it shows, ten times a second; null: nothing yet.
 * @throws unless the offer is taken.
 */
export async function publish(whipUrl: string, colour: Colour | null = { r: 200, g: 30, b: 30 }) {
  const { connection, track, sdp } = await newOffer("publish");
  const response = await post(whipUrl, sdp);
  if (response.status !== 201) throw new Error(`WHIP: ${response.status} ${await response.text()}`);
  const answer = await response.text();
  await connection.setRemoteDescription({ type: "answer", sdp: answer });
  await connected(connection);
  const packetizer = new Vp8Packetizer({ payloadType: 96, ssrc: 1234 });
  let frame = colour === null ? undefined : await keyFrameOf(colour);
  let timestamp = 0;
  let sent = 0;
  const send = (bytes: Buffer) => {
    timestamp += 9_000;
    for (const packet of packetizer.packetize(bytes, timestamp)) {
      track.writeRtp(packet);
      sent++;
    }
  };
  const timer = setInterval(() => frame !== undefined && send(frame), 100);
  return {
    answer,
    /** Packets sent so far. */
    sent: () => sent,
    async show(next: Colour) {
      frame = await keyFrameOf(next);
    },
    /** Sends these bytes as one frame. */
    send,
    /** As a tab that is killed: nothing more is sent, and nothing is said. */
    vanish: () => clearInterval(timer),
    async close() {
      clearInterval(timer);
      await connection.close();
    },
  };
}

export async function play(whepUrl: string) {
  const { connection, transceiver, sdp } = await newOffer("play");
  const packets: RtpPacket[] = [];
  const response = await post(whepUrl, sdp);
  if (response.status !== 201) throw new Error(`WHEP: ${response.status} ${await response.text()}`);
  const answer = await response.text();
  await connection.setRemoteDescription({ type: "answer", sdp: answer });
  transceiver.receiver.track.onReceiveRtp.subscribe((packet) => packets.push(packet));
  await connected(connection);
  return {
    answer,
    packets,
    keyFrames: () => packets.filter(({ payload }) => Vp8RtpPayload.deSerialize(payload).isKeyframe).length,
    close: () => connection.close(),
  };
}
