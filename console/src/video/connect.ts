/** Connects to a link of live video, to publish (WHIP) or to play (WHEP): one offer, one answer, and anew when the connection breaks. */
import { refusalOf } from "../api/client.ts";

/** How long to wait before another offer, ms. */
const AGAIN_MS = 2_000;

export interface Connecting {
  /** Puts on the connection what is sent, or is to come. */
  prepare: (connection: RTCPeerConnection) => void;
  /** The last thing that went wrong; undefined: it is connected. */
  onProblem: (problem: unknown) => void;
  /** Ends it. */
  signal: AbortSignal;
}

/** Goes on until `signal` ends it. */
export async function stayConnected(url: string, { prepare, onProblem, signal }: Connecting): Promise<void> {
  while (!signal.aborted) {
    const connection = new RTCPeerConnection();
    let place: string | null = null;
    try {
      prepare(connection);
      place = await offer(url, connection, signal);
      await broken(connection, signal, () => onProblem(undefined));
    } catch (error) {
      if (!signal.aborted) onProblem(error);
    } finally {
      connection.close();
      // Also while the page is being left.
      if (place !== null) void fetch(place, { method: "DELETE", keepalive: true }).catch(() => undefined);
    }
    if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

/** @returns Where the connection is to be ended. */
async function offer(url: string, connection: RTCPeerConnection, signal: AbortSignal): Promise<string | null> {
  await connection.setLocalDescription();
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/sdp" },
    body: connection.localDescription?.sdp ?? "",
    signal,
  });
  const text = await response.text();
  if (!response.ok) throw refusalOf(parsed(text), response);
  await connection.setRemoteDescription({ type: "answer", sdp: text });
  return response.headers.get("location");
}

/** What is in front of the API may answer anything. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Waits for the end, whoever brings it. */
function broken(connection: RTCPeerConnection, signal: AbortSignal, onConnected: () => void): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve());
    connection.addEventListener("connectionstatechange", () => {
      const { connectionState } = connection;
      if (connectionState === "connected") onConnected();
      if (connectionState === "failed" || connectionState === "closed") resolve();
    });
  });
}
