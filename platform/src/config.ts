/** Reads the environment, once, and checks it. Nobody else in the platform looks at it. */
import { existsSync, readFileSync } from "node:fs";
import { isIPv4, isIPv6 } from "node:net";
import { join } from "node:path";
import { UsageError } from "@luxxon/chain/usageError";
import { MAX_FEE_BPS, MAX_RATE_PER_SECOND } from "@luxxon/contracts-abi";
import { type Address, getAddress, type Hex, isAddress, isHex, parseEther, parseGwei } from "viem";

/** What a process does. One alone may do all; several may share it out. */
export const ROLES = ["api", "relayer", "watcher", "clock"] as const;
export type Role = (typeof ROLES)[number];

type Environment = Readonly<Record<string, string | undefined>>;

export type Config = ReturnType<typeof readConfig>;

/** What each variable means; the documentation's table is held against it. */
export const SETTINGS = {
  DATABASE_URL: "Postgres 18 or newer: postgres://user:password@host:port/database",
  SPICEDB_ENDPOINT: "host:port of SpiceDB's gRPC",
  SPICEDB_TOKEN: "SpiceDB's preshared key",
  SPICEDB_TLS: "`true`: SpiceDB is spoken to over TLS; default: false",
  RPC_URL: "endpoints of the chain, several separated by commas",
  PUBLIC_RPC_URL:
    "the endpoint that `/config` names to clients; default: the first of RPC_URL on a local chain, Base's public one elsewhere",
  SETTLEMENT_ADDRESS: "the LuxxonSettlement contract",
  DEPLOYMENT_BLOCK: "the block that it was deployed in; nothing before it is read; default: 0",
  RELAYER_KEY: "the relayer's private key, 32 bytes in hex; needed by the relayer alone",
  RELAYER_KEY_FILE: "a file that holds it, instead",
  RELAYER_KMS_KEY:
    "a signing key in AWS KMS (ECC_SECG_P256K1), its id or ARN, instead; AWS_REGION, AWS_ENDPOINT_URL_KMS and credentials as AWS's own client reads them",
  SESSION_SECRET:
    "signs cookies and links, and seals secrets in the database: 32 characters or more; several separated by commas, the first signs and seals, all verify and open",
  PUBLIC_URL: "where clients reach this program: domain and URI of sign-in messages, cookies, links",
  TRUSTED_PROXIES: "addresses or networks whose X-Forwarded-For is believed, separated by commas; default: none",
  ALLOWED_ORIGINS:
    "origins of web pages, besides PUBLIC_URL, that may send a cookie, separated by commas; default: none",
  HOST: "address to listen on; default: 127.0.0.1",
  PORT: "port to listen on; default: 3010",
  METRICS_PORT: "port at which Prometheus finds /metrics; default: none, and no metrics",
  METRICS_HOST: "address of that port, which is for the operator alone; default: 127.0.0.1",
  ROLES: "what this process does: api, relayer, watcher, clock, separated by commas; default: all",
  LUXXON_BASE_RATE_MICRO_USDC: "price of a second, µUSDC; default: 1000",
  PLATFORM_FEE_BPS: "the platform's share, basis points; default: 1500",
  BATCH_WAIT:
    "seconds that a settlement waits at most for others to share its transaction; default: 30 on Base, 2 on a local chain",
  CONFIRMED_AFTER:
    "seconds below the head, or `safe`, at which a settlement counts as confirmed; default: 10 on Base, 1 on a local chain",
  REPLACE_AFTER: "seconds after which a transaction may be replaced by one that pays more; default: 10",
  MAX_FEE_GWEI: "the most that a transaction may offer for a unit of gas, gwei; default: 5",
  GAS_BUDGET_HOUR: "the most ETH that batches may cost within an hour; default: 0.1 on Base, 10 on a local chain",
  GAS_BUDGET_DAY: "the same within a day; default: 1 on Base, 100 on a local chain",
  DEAR_BASE_FEE_GWEI:
    "a base fee, gwei: while the chain's is above it, settlements that nothing hurries wait; default: none",
  DEAR_WAIT: "seconds that they wait for it at most; default: 600",
  PIPELINE: "batches in flight, 1 to 15; default: 8",
  STALE_CHAIN_END: "seconds without a new block after which live sessions without a hold end; default: 60",
  HOLD_REQUIRED_ABOVE:
    "the most, µUSDC, that a session may cost whose consumer has no sufficient hold; default: no bound",
  DAILY_LIMIT_SHARE_BPS:
    "the share of the pool's daily limit that one consumer's open sessions may take, basis points; default: 2500",
  MEDIA_BACKEND:
    "`instant`: a session is live at start; `webrtc`: at the first picture; default: instant on a local chain, webrtc elsewhere",
  MEDIA_ADDRESS:
    "where clients reach the UDP ports of live video: an IPv4 address of this machine, or one that leads to it; default: 127.0.0.1 on a local chain, this machine's own addresses elsewhere",
  MEDIA_PORTS: "those ports, first-last, one a connection: 40000-40999; default: any that is free",
  VIDEO_EVENTS_TOKEN: "the secret part of the path at which video events come in; default: none come in",
  VIDEO_EVENTS_SECRET: "the secret in the header cf-webhook-auth; several separated by commas, all are taken",
  CONSOLE_DIR:
    "the folder of the built console, console/dist after `npm run console`; default: none is served; `npm start` serves it",
  WALLETCONNECT_PROJECT_ID:
    "the console offers WalletConnect too, by this project of its; needs its library in the console; default: it does not",
  WALLETCONNECT_RELAY: "the relay of WalletConnect; default: wss://relay.walletconnect.org",
  LOG_LEVEL: "fatal, error, warn, info, debug, trace or silent; default: info",
  BUILD_SHA: "what `/health` calls this build; default: dev",
  FAUCET_KEY: "local chain alone: the key that gives ETH and test USDC",
  NODE_ENV: "`production`: nothing has a default that is good for a local chain alone",
} as const;

type Name = keyof typeof SETTINGS;

/** @throws {UsageError} in one line that names the variable. */
export function readConfig(env: Environment) {
  const text = (name: Name): string | undefined => env[name]?.trim() || undefined;
  const needed = (name: Name): string => text(name) ?? stop(`${name} is missing: ${SETTINGS[name]}.`);
  const list = (name: Name): string[] =>
    (text(name) ?? "")
      .split(",")
      .map((item) => item.trim())
      .filter((item) => item !== "");
  const whole = (name: Name, fallback: number, least: number, most: number): number => {
    const value = text(name);
    if (value === undefined) return fallback;
    const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= least && number <= most) return number;
    return stop(`${name} takes a whole number from ${least} to ${most}, not ${JSON.stringify(value)}.`);
  };
  const range = (name: Name): readonly [number, number] | undefined => {
    const value = text(name);
    if (value === undefined) return undefined;
    const [first = 0, last = 0] = /^\d{1,5}-\d{1,5}$/.test(value) ? value.split("-").map(Number) : [];
    if (first >= 1 && first < last && last <= 65_535) return [first, last];
    return stop(`${name} takes two ports such as 40000-40999, not ${JSON.stringify(value)}.`);
  };
  const seconds = (name: Name, fallback: number): number => {
    const value = text(name);
    if (value === undefined) return fallback;
    if (/^\d{1,6}(\.\d{1,3})?$/.test(value)) return Number(value);
    return stop(`${name} takes seconds, not ${JSON.stringify(value)}.`);
  };
  const ether = (name: Name, fallback: string): string => {
    const value = text(name) ?? fallback;
    return /^\d{1,9}(\.\d{1,18})?$/.test(value) ? value : stop(`${name} takes ETH, not ${JSON.stringify(value)}.`);
  };
  const gwei = (name: Name): bigint | undefined => {
    const value = text(name);
    if (value === undefined) return undefined;
    return /^\d{1,9}(\.\d{1,9})?$/.test(value)
      ? parseGwei(value)
      : stop(`${name} takes gwei, not ${JSON.stringify(value)}.`);
  };
  const url = (name: Name, value: string, ...protocols: string[]): URL => {
    if (!URL.canParse(value)) stop(`${name} is no URL: ${SETTINGS[name]}.`);
    const parsed = new URL(value);
    if (!protocols.includes(parsed.protocol)) stop(`${name} takes ${protocols.join(" or ")}, not ${parsed.protocol}`);
    return parsed;
  };
  const choice = <const T extends string>(name: Name, allowed: readonly T[], value: string): T =>
    allowed.find((it) => it === value) ?? stop(`${name} takes ${allowed.join(", ")}, not ${JSON.stringify(value)}.`);

  const folder = (name: Name, holding: string): string | undefined => {
    const value = text(name);
    if (value === undefined || existsSync(join(value, holding))) return value;
    return stop(`${name} has no ${holding}: ${value}.`);
  };

  const consoleDir = folder("CONSOLE_DIR", "index.html");
  const projectId = text("WALLETCONNECT_PROJECT_ID");
  if (projectId !== undefined && !/^[\da-f]{32}$/.test(projectId))
    stop("WALLETCONNECT_PROJECT_ID takes 32 hexadecimal digits.");
  if (projectId !== undefined && consoleDir !== undefined && !existsSync(join(consoleDir, "walletconnect")))
    stop(
      "WALLETCONNECT_PROJECT_ID needs a console with WalletConnect in it: npm install --no-save @walletconnect/sign-client, then npm run console.",
    );
  const relay = url(
    "WALLETCONNECT_RELAY",
    text("WALLETCONNECT_RELAY") ?? "wss://relay.walletconnect.org",
    "wss:",
    "ws:",
  );
  const databaseUrl = needed("DATABASE_URL");
  url("DATABASE_URL", databaseUrl, "postgres:", "postgresql:");
  const roles = new Set(list("ROLES").map((role) => choice("ROLES", ROLES, role)));
  if (roles.size === 0) for (const role of ROLES) roles.add(role);

  const rpcUrls = list("RPC_URL");
  if (rpcUrls.length === 0) needed("RPC_URL");
  for (const rpcUrl of rpcUrls) url("RPC_URL", rpcUrl, "http:", "https:");

  const settlement = needed("SETTLEMENT_ADDRESS");
  if (!isAddress(settlement, { strict: false })) stop("SETTLEMENT_ADDRESS is no address.");

  const publicUrl = url("PUBLIC_URL", needed("PUBLIC_URL"), "http:", "https:");
  const sessionSecrets = list("SESSION_SECRET");
  if (sessionSecrets.length === 0) needed("SESSION_SECRET");
  if (sessionSecrets.some((secret) => secret.length < 32)) stop("SESSION_SECRET takes 32 characters or more.");

  const key = text("RELAYER_KEY") ?? keyIn(text("RELAYER_KEY_FILE"));
  if (key !== undefined && !isKey(key)) stop("RELAYER_KEY takes 32 bytes in hex, with 0x before them.");
  const kmsKey = text("RELAYER_KMS_KEY");
  if (key !== undefined && kmsKey !== undefined) stop("RELAYER_KMS_KEY goes without RELAYER_KEY and its file.");
  if (roles.has("relayer") && kmsKey === undefined && key === undefined) needed("RELAYER_KEY");
  const faucetKey = text("FAUCET_KEY");
  if (faucetKey !== undefined && !isKey(faucetKey)) stop("FAUCET_KEY takes 32 bytes in hex, with 0x before them.");
  const isProduction = text("NODE_ENV") === "production";
  if (isProduction && faucetKey !== undefined) stop("FAUCET_KEY is for a local chain, not for production.");
  const isLocal = faucetKey !== undefined;

  const mediaAddress = text("MEDIA_ADDRESS");
  if (mediaAddress !== undefined && !isIPv4(mediaAddress)) stop("MEDIA_ADDRESS takes an IPv4 address.");
  const ports = range("MEDIA_PORTS");

  const confirmedAfter = text("CONFIRMED_AFTER");
  const spicedb = needed("SPICEDB_ENDPOINT");
  if (!/^.+:\d{1,5}$/.test(spicedb)) stop("SPICEDB_ENDPOINT takes host:port.");

  return {
    roles: roles as ReadonlySet<Role>,
    isLocal,
    isProduction,
    databaseUrl,
    spicedb: { endpoint: spicedb, token: needed("SPICEDB_TOKEN"), isTls: text("SPICEDB_TLS") === "true" },
    rpcUrls,
    publicRpcUrl: text("PUBLIC_RPC_URL") ?? (isLocal ? rpcUrls[0] : undefined),
    settlement: getAddress(settlement) as Address,
    deploymentBlock: BigInt(whole("DEPLOYMENT_BLOCK", 0, 0, 1e15 - 1)),
    relayerKey: key as Hex | undefined,
    relayerKmsKey: kmsKey,
    faucetKey: faucetKey as Hex | undefined,
    sessionSecrets,
    publicUrl,
    trustedProxies: list("TRUSTED_PROXIES").map((proxy) =>
      isNetwork(proxy)
        ? proxy
        : stop(`TRUSTED_PROXIES takes addresses and networks such as 10.0.0.0/8, not ${JSON.stringify(proxy)}.`),
    ),
    allowedOrigins: new Set([
      publicUrl.origin,
      ...list("ALLOWED_ORIGINS").map((origin) => url("ALLOWED_ORIGINS", origin, "http:", "https:").origin),
    ]),
    host: text("HOST") ?? "127.0.0.1",
    port: whole("PORT", 3010, 0, 65_535),
    metrics:
      text("METRICS_PORT") === undefined
        ? undefined
        : { host: text("METRICS_HOST") ?? "127.0.0.1", port: whole("METRICS_PORT", 0, 0, 65_535) },
    baseRate: BigInt(whole("LUXXON_BASE_RATE_MICRO_USDC", 1_000, 1, Number(MAX_RATE_PER_SECOND))),
    feeBps: whole("PLATFORM_FEE_BPS", 1_500, 0, MAX_FEE_BPS),
    batchWaitMs: seconds("BATCH_WAIT", isLocal ? 2 : 30) * 1_000,
    confirmedAfter: confirmedAfter === "safe" ? ("safe" as const) : seconds("CONFIRMED_AFTER", isLocal ? 1 : 10),
    replaceAfterMs: seconds("REPLACE_AFTER", 10) * 1_000,
    maxFeePerGas: BigInt(whole("MAX_FEE_GWEI", 5, 1, 10_000)) * 1_000_000_000n,
    gasBudget: {
      hour: parseEther(ether("GAS_BUDGET_HOUR", isLocal ? "10" : "0.1")),
      day: parseEther(ether("GAS_BUDGET_DAY", isLocal ? "100" : "1")),
    },
    dear: { baseFee: gwei("DEAR_BASE_FEE_GWEI"), waitMs: seconds("DEAR_WAIT", 600) * 1_000 },
    pipeline: whole("PIPELINE", 8, 1, 15),
    staleChainEndSeconds: seconds("STALE_CHAIN_END", 60),
    holdRequiredAbove:
      text("HOLD_REQUIRED_ABOVE") === undefined ? undefined : BigInt(whole("HOLD_REQUIRED_ABOVE", 0, 0, 1e15 - 1)),
    dailyLimitShareBps: BigInt(whole("DAILY_LIMIT_SHARE_BPS", 2_500, 1, 10_000)),
    mediaBackend: choice(
      "MEDIA_BACKEND",
      ["instant", "webrtc"],
      text("MEDIA_BACKEND") ?? (isLocal ? "instant" : "webrtc"),
    ),
    mediaNetwork: { address: mediaAddress ?? (isLocal ? "127.0.0.1" : undefined), ports },
    videoEvents: { token: text("VIDEO_EVENTS_TOKEN"), secrets: list("VIDEO_EVENTS_SECRET") },
    consoleDir,
    walletConnect: projectId === undefined ? undefined : { projectId, relayUrl: relay.href.replace(/\/$/, "") },
    logLevel: choice(
      "LOG_LEVEL",
      ["fatal", "error", "warn", "info", "debug", "trace", "silent"],
      text("LOG_LEVEL") ?? "info",
    ),
    buildSha: text("BUILD_SHA") ?? "dev",
  };
}

/** How long a settlement may wait before it is sent, of this program's own accord. */
export function longestWaitMs({ batchWaitMs, dear }: Pick<Config, "batchWaitMs" | "dear">): number {
  return dear.baseFee === undefined ? batchWaitMs : Math.max(batchWaitMs, dear.waitMs);
}

function isNetwork(text: string): boolean {
  const [address = "", bits = "0", ...more] = text.split("/");
  const most = isIPv4(address) ? 32 : isIPv6(address) ? 128 : -1;
  return /^\d{1,3}$/.test(bits) && Number(bits) <= most && more.length === 0;
}

function isKey(text: string): boolean {
  return isHex(text, { strict: true }) && text.length === 66;
}

function keyIn(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return stop(`RELAYER_KEY_FILE cannot be read: ${file}.`);
  }
}

function stop(message: string): never {
  throw new UsageError(message);
}
