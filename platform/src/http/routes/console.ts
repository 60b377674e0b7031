/** The console: the web page, as it was built, with a policy that lets it speak to this server alone. */
import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { FastifyReply } from "fastify";
import { Refused } from "../../refusal.ts";
import type { Context } from "../context.ts";
import type { Routes } from "./route.ts";

/** The addresses at which the page starts; it does the rest by itself. */
const PAGES = ["/", "/w/*", "/platform"];

/** @param others Whom the page may ask besides this server. */
const policyWith = (others: readonly string[]) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    ["connect-src 'self'", ...others].join(" "),
    // Wallets bring their icons as data: URLs.
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "base-uri 'self'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

interface File {
  type: string;
  body: Buffer;
  zipped: Buffer;
}
/** By their paths, from the built page's folder. */
type Files = ReadonlyMap<string, File>;

export async function consoleRoutes(app: Routes, { config, facts, consoleFolder }: Context): Promise<void> {
  if (consoleFolder === undefined) return;
  // A wallet on another device is reached by the relay, and answers nothing about the chain.
  const { walletConnect } = config;
  const policy = policyWith(
    walletConnect === undefined ? [] : [walletConnect.relayUrl, facts.rpcUrl].map((url) => new URL(url).origin),
  );
  const base = `${config.publicUrl.pathname.replace(/\/$/, "")}/`;
  let reading: Promise<Files> | undefined;
  const files = () => {
    reading ??= consoleFolder().then((folder) => readAll(folder, base));
    // Another request may have it built.
    reading.catch(() => {
      reading = undefined;
    });
    return reading;
  };

  const page = async (encodings: string | undefined, reply: FastifyReply) =>
    send(reply.header("content-security-policy", policy).header("referrer-policy", "no-referrer"), encodings, {
      file: (await files()).get("index.html"),
    });
  for (const path of PAGES)
    app.get(path, { schema: { hide: true } }, (request, reply) =>
      page(request.headers["accept-encoding"], reply as FastifyReply),
    );
  app.get("/assets/*", { schema: { hide: true } }, async (request, reply) => {
    const { "*": name } = request.params as { "*": string };
    const file = (await files()).get(`assets/${name}`);
    // Their names change with what is in them.
    return send(
      (reply as FastifyReply).header("cache-control", "public, max-age=31536000, immutable"),
      request.headers["accept-encoding"],
      { file },
    );
  });
}

/** @throws {Refused} NOT_FOUND */
function send(reply: FastifyReply, encodings: string | undefined, { file }: { file: File | undefined }) {
  if (file === undefined) {
    reply.removeHeader("cache-control");
    throw new Refused("NOT_FOUND", "There is nothing at this path.", { detail: "path" });
  }
  reply.type(file.type).header("vary", "accept-encoding");
  if (!/\bgzip\b/.test(encodings ?? "")) return reply.send(file.body);
  return reply.header("content-encoding", "gzip").send(file.zipped);
}

/** All of it is some hundred kilobytes; kept whole, no path that is asked for ever reaches the disk. */
async function readAll(folder: string, base: string): Promise<Files> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const read = entries
    .filter((entry) => entry.isFile() && TYPES[extname(entry.name)] !== undefined)
    .map(async (entry) => {
      const path = join(entry.parentPath, entry.name);
      const name = path.slice(folder.length + 1);
      const bytes = await readFile(path);
      const body = name === "index.html" ? placed(bytes, base) : bytes;
      const file = { type: TYPES[extname(name)] ?? "", body, zipped: await promisify(gzip)(body) };
      return [name, file] as const;
    });
  return new Map(await Promise.all(read));
}

/** The page finds the server, and its own pieces, by where it is told that it stands. */
function placed(html: Buffer, base: string): Buffer {
  const escaped = base.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
  return Buffer.from(html.toString().replace(/<base href="[^"]*"/, `<base href="${escaped}"`));
}
