/** Answers an offer with a connection of ours. */
import { randomUUID } from "node:crypto";
import { networkInterfaces } from "node:os";
import { RTCPeerConnection, useOPUS, useVP8 } from "werift";
import { Refused } from "../../refusal.ts";
import { no } from "./offer.ts";

export interface Network {
  /** Where clients reach the UDP ports; undefined: at this machine's own addresses. */
  address: string | undefined;
  /** First and last UDP port; undefined: whatever is free. */
  ports: readonly [number, number] | undefined;
}

export interface Peer {
  readonly id: string;
  readonly answer: string;
  close(): void;
}

export interface PeerOptions {
  /** As `readOffer` gives it. */
  offer: string;
  network: Network;
  /** Called when the offer was taken, before the answer is made. */
  prepare(connection: RTCPeerConnection): Promise<void>;
  onConnected(): void;
  /** Called once, whoever ended it. */
  onClosed(): void;
}

/** Who is not connected by then never will be, ms. */
const CONNECT_MS = 15_000;

export async function openPeer({ offer, network, prepare, onConnected, onClosed }: PeerOptions): Promise<Peer> {
  const { address, ports } = network;
  const isOwn = address !== undefined && addresses().includes(address);
  const connection = new RTCPeerConnection({
    codecs: { video: [useVP8()], audio: [useOPUS()] },
    iceServers: [],
    iceUseIpv6: false,
    // Reachable as it is: the client looks for the server, never the other way round.
    iceLite: true,
    bundlePolicy: "max-bundle",
    ...(ports === undefined ? {} : { icePortRange: [...ports] as [number, number] }),
    ...(isOwn ? { iceInterfaceAddresses: { udp4: address }, iceAdditionalHostAddresses: [address] } : {}),
  });
  let isOpen = true;
  const close = () => {
    if (!isOpen) return;
    isOpen = false;
    clearTimeout(late);
    onClosed();
    connection.close().catch(() => undefined);
  };
  const late = setTimeout(() => connection.connectionState === "connected" || close(), CONNECT_MS);
  late.unref();
  connection.connectionStateChange.subscribe((state) => {
    if (state === "connected") onConnected();
    else if (state === "failed" || state === "closed" || state === "disconnected") close();
  });
  try {
    await connection.setRemoteDescription({ type: "offer", sdp: offer });
    await prepare(connection);
    await connection.setLocalDescription(await connection.createAnswer());
    const answer = connection.localDescription?.sdp ?? "";
    if (!answer.includes("a=candidate:"))
      throw new Refused("VIDEO_ERROR", "No UDP port is free for this connection. Try again.");
    return { id: randomUUID(), answer: address === undefined || isOwn ? answer : reachedAt(answer, address), close };
  } catch (error) {
    close();
    if (error instanceof Refused) throw error;
    throw no("offer:sdp", "This offer cannot be answered.", error);
  }
}

function addresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((all = []) => all.map(({ address }) => address));
}

/** The address behind which this machine stands, instead of its own. */
function reachedAt(answer: string, address: string): string {
  return answer.replace(/^(a=candidate:\S+ \d+ \S+ \d+ )\S+( \d+ typ host)/gm, `$1${address}$2`);
}
