/**
 * Posts to an address that a customer chose. Only to what is public on the internet: the name is resolved here, and the
 * connection goes to the very address that was looked at. No redirect is followed, and what the other side says is not kept.
 */
import { lookup as lookupAll } from "node:dns";
import { request as requestByHttp } from "node:http";
import { request as requestByHttps } from "node:https";
import { BlockList, isIP, type LookupFunction } from "node:net";

/** The other side has so long to answer, ms. */
export const ANSWER_MS = 15_000;

export class NotPublic extends Error {
  constructor(host: string) {
    super(`${host} is no public address`);
    this.name = "NotPublic";
  }
}

export interface PostOptions {
  url: URL;
  headers: Readonly<Record<string, string>>;
  body: string;
  /** On a machine of one's own anything goes. */
  isAnyAddress: boolean;
  signal: AbortSignal;
  /** Until the other side has answered, ms; default: `ANSWER_MS`. */
  answerMs?: number;
  /** Default: the system's. */
  lookup?: LookupAll;
}

type LookupAll = (
  name: string,
  options: { all: true },
  done: (error: Error | null, addresses: { address: string; family: number }[]) => void,
) => void;

export interface PostAnswer {
  status: number;
  /** Of `Retry-After`, seconds. */
  retryAfter: number | undefined;
}

/** @throws {NotPublic} and whatever a connection throws. */
export async function post({
  url,
  headers,
  body,
  isAnyAddress,
  signal,
  answerMs = ANSWER_MS,
  lookup = lookupAll,
}: PostOptions): Promise<PostAnswer> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (!isAnyAddress && isIP(host) !== 0 && !isPublic(host)) throw new NotPublic(host);
  const resolve: LookupFunction = (name, options, done) =>
    lookup(name, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return done(error, "", 0);
      const first = addresses[0];
      if (first === undefined) return done(new Error(`${name} has no address`), "", 0);
      // One that is not public is enough: which one is taken is not for the other side to choose.
      if (!isAnyAddress && !addresses.every(({ address }) => isPublic(address)))
        return done(new NotPublic(name), "", 0);
      return options.all ? done(null, addresses) : done(null, first.address, first.family);
    });
  const request = url.protocol === "https:" ? requestByHttps : requestByHttp;
  return await new Promise<PostAnswer>((done, failed) => {
    const sent = request(url, { method: "POST", headers, lookup: resolve, agent: false, signal }, (answer) => {
      const seconds = Number(answer.headers["retry-after"]);
      done({
        status: answer.statusCode ?? 0,
        retryAfter: Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined,
      });
      answer.destroy();
    });
    // From the first byte of ours to the last of its headers: who sends one now and then is late too.
    const late = setTimeout(() => sent.destroy(new Error(`no answer within ${answerMs / 1_000} s`)), answerMs);
    sent.on("close", () => clearTimeout(late));
    sent.on("error", failed);
    sent.end(body);
  });
}

const notPublic = new BlockList();
for (const range of [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
])
  add(range, "ipv4");
for (const range of ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"]) add(range, "ipv6");
const globalUnicast = new BlockList();
globalUnicast.addSubnet("2000::", 3, "ipv6");

function add(range: string, family: "ipv4" | "ipv6"): void {
  const [net = "", bits] = range.split("/");
  notPublic.addSubnet(net, Number(bits), family);
}

/** Whether an address is one of the internet's own: not a machine's, a network's, a tunnel's or a translation's. */
export function isPublic(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !notPublic.check(address, "ipv4");
  return family === 6 && globalUnicast.check(address, "ipv6") && !notPublic.check(address, "ipv6");
}
