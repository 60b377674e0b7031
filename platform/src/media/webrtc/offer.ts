/** Reads an offer (SDP): refuses what is none, or what could never show a picture. */
import { Refused } from "../../refusal.ts";
import type { Side } from "../media.ts";

const MOST_LINES = 2_000;

/**
 * @returns The offer without its candidates. The client finds the server, which is reachable; so the server never sends
 *   a packet to an address only because an offer names it.
 */
export function readOffer(text: string, side: Side): string {
  const lines = text.split(/\r?\n/).filter((line) => line !== "");
  const [first = ""] = lines;
  if (first !== "v=0" || lines.length > MOST_LINES || lines.some((line) => !/^[a-z]=/.test(line)))
    throw no("offer:sdp", "This is no SDP.");
  const sections = lines.reduce<string[][]>(
    (all, line) => {
      if (line.startsWith("m=")) all.push([]);
      all.at(-1)?.push(line);
      return all;
    },
    [[]],
  );
  const [session = [], ...media] = sections;
  const of = (kind: string) => media.filter(([line]) => line?.startsWith(`m=${kind} `));
  const [video, ...more] = of("video");
  if (video === undefined || more.length > 0 || of("audio").length > 1 || media.length !== 1 + of("audio").length)
    throw no("offer:media", "An offer has one video, at most one audio, and nothing else.");
  // What is negotiated without it becomes connected all the same, and no picture ever comes.
  if (!video.some((line) => /^a=rtpmap:\d+ VP8\/90000$/i.test(line)))
    throw no("offer:codec", "The offer has no VP8: this platform shows no other video.");
  for (const part of media) {
    const all = [...session, ...part];
    const has = (name: string) => all.some((line) => line.startsWith(`a=${name}:`));
    if (!has("ice-ufrag") || !has("ice-pwd") || !has("fingerprint"))
      throw no("offer:transport", "The offer has no ICE credentials, or no DTLS fingerprint.");
    const direction = all.findLast((line) => /^a=(sendrecv|sendonly|recvonly|inactive)$/.test(line))?.slice(2);
    const wanted = side === "publish" ? "sendonly" : "recvonly";
    if (direction !== undefined && direction !== "sendrecv" && direction !== wanted)
      throw no("offer:direction", `Who ${side === "publish" ? "publishes" : "plays"} offers ${wanted}.`);
  }
  const kept = lines.filter((line) => !/^a=(candidate:|end-of-candidates)/.test(line));
  return `${kept.join("\r\n")}\r\n`;
}

export function no(detail: string, message: string, cause?: unknown): Refused {
  return new Refused("INVALID_INPUT", message, { detail, cause });
}
