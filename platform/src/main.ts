/** Opens the parts that a process needs for what it does, and runs it: the API, the relayer, the watcher, the clock. */
import { BASE_CHAINS } from "@luxxon/chain/baseChains";
import { UsageError } from "@luxxon/chain/usageError";
import { pino } from "pino";
import { verifierOf } from "./auth/signature.ts";
import { openAuthz, writeSchema } from "./authz/authz.ts";
import { watchBooks } from "./books/invariants.ts";
import { type Chain, chainOver } from "./chain/chain.ts";
import { type Endpoints, openEndpoints } from "./chain/endpoints.ts";
import { followHeads } from "./chain/heads.ts";
import { claimDatabase } from "./chain/identity.ts";
import { systemClock, systemEntropy } from "./clock.ts";
import { type Config, longestWaitMs } from "./config.ts";
import { openDatabase } from "./db/database.ts";
import { migrate } from "./db/migrate.ts";
import { buildApp } from "./http/app.ts";
import type { ChainFacts } from "./http/context.ts";
import { openJobs } from "./jobs/jobs.ts";
import { callersByKey } from "./keys/keys.ts";
import { type Loop, runLoop } from "./loop.ts";
import { instantMedia } from "./media/instant.ts";
import { mediaLinks } from "./media/links.ts";
import type { Media } from "./media/media.ts";
import { webrtcMedia } from "./media/webrtc/backend.ts";
import { openMetrics } from "./metrics/metrics.ts";
import { serveMetrics } from "./metrics/server.ts";
import { openRelayer } from "./relayer/relayer.ts";
import { openSigner } from "./relayer/signer.ts";
import { sessionIds } from "./sessions/create.ts";
import { endExhausted } from "./sessions/exhausted.ts";
import { oneAtATime } from "./sessions/reservations.ts";
import { noteSeen } from "./sessions/video.ts";
import { isBatchInFlight } from "./watcher/apply.ts";
import { openWatcher } from "./watcher/watcher.ts";
import { sealAnew } from "./webhooks/secrets.ts";
import { openSender } from "./webhooks/sender.ts";

export interface Platform {
  /** Where the API listens; undefined if this process has none. */
  url: string | undefined;
  /** Where Prometheus finds the metrics; undefined if there are none. */
  metricsUrl: string | undefined;
  close(): Promise<void>;
}

export interface RunOptions {
  /** The file that the log is added to; default: stdout. */
  logFile?: string | undefined;
  /** Makes the console, once its page is asked for; default: what CONSOLE_DIR names. */
  consoleFolder?: (() => Promise<string>) | undefined;
}

/** How often each loop looks by itself, ms. What it waits for mostly wakes it earlier. */
const EVERY_MS = { watcher: 250, relayer: 250, clock: 500, webhooks: 1_000, video: 1_000, books: 60_000 } as const;
/** How often the watcher looks while a batch is in flight, ms: the next one waits for its room. Base has a block in 200. */
const IN_FLIGHT_MS = 80;
/** How often all live sessions' pools are looked at, whether anything was heard of them or not, ms. */
const SWEEP_MS = 1_000;

/** @throws {UsageError} if a part cannot be used as it is set. */
export async function runPlatform(config: Config, { logFile, consoleFolder }: RunOptions = {}): Promise<Platform> {
  const log = pino(
    { level: config.logLevel, base: undefined, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: logFile ?? 1, append: true, sync: false }),
  );
  const [clock, entropy] = [systemClock, systemEntropy];

  await migrate(config.databaseUrl);
  const db = openDatabase(config.databaseUrl, {
    onLost: (error) => log.warn({ err: error }, "a connection to the database broke"),
  });
  const endpoints = openEndpoints(config.rpcUrls, { clock, log });
  const chain = chainOver(config.settlement, endpoints.ask);
  const facts = await factsOf(config, endpoints, chain);
  await claimDatabase(db, chain, {
    chainId: facts.chainId,
    settlement: config.settlement,
    deploymentBlock: config.deploymentBlock,
    isLocal: config.isLocal,
    log,
  });
  await sealAnew(db, { entropy, sessionSecrets: config.sessionSecrets });
  await writeSchema(config.spicedb);
  const authz = openAuthz(config.spicedb, { db, clock });
  await authz.applyLeft();

  const heads = followHeads(chain, clock);
  const metrics = openMetrics({ db, clock, endpoints });
  const links = mediaLinks(config.publicUrl, config.sessionSecrets);
  const media: Media =
    config.mediaBackend === "instant"
      ? instantMedia(links)
      : webrtcMedia({ links, network: config.mediaNetwork, newRef: entropy.uuid, log });
  const loops: Loop[] = [];
  const closing: (() => Promise<void>)[] = [];

  if (config.roles.has("relayer")) {
    const signer = await openSigner(config);
    const allowed = await chain.view("relayer", []);
    if (allowed !== signer.address)
      log.error(
        { signer: signer.address, relayer: allowed },
        "the contract's relayer is another: nothing will be settled",
      );
    const { batchWaitMs, replaceAfterMs, maxFeePerGas, dear, pipeline, gasBudget } = config;
    const relayer = openRelayer({
      db,
      chain,
      chainId: facts.chainId,
      clock,
      entropy,
      signer,
      batchWaitMs,
      replaceAfterMs,
      maxFeePerGas,
      dear,
      pipeline,
      gasBudget,
      log,
      onCount: metrics.counted,
    });
    const loop = runLoop({ name: "relayer", turn: relayer.turn, everyMs: EVERY_MS.relayer, log });
    loops.push(loop);
    closing.push(() => relayer.close(), db.listen("settlements", loop.wake));
  }
  if (config.roles.has("watcher")) {
    let sweptAt = 0;
    const watcher = openWatcher({
      db,
      chain,
      clock,
      usdc: facts.usdc,
      deploymentBlock: config.deploymentBlock,
      confirmedAfter: config.confirmedAfter,
      log,
      onCount: metrics.counted,
      async onHead(_head, touched) {
        const now = clock.now().getTime();
        const isSweep = now - sweptAt >= SWEEP_MS;
        if (isSweep) sweptAt = now;
        const ended = await endExhausted({ db, chain, clock, media }, isSweep ? undefined : touched);
        if (ended.length > 0) log.warn({ sessions: ended }, "ended: their pools run dry");
      },
    });
    const turn = async () => (await watcher.turn()) || ((await isBatchInFlight(db)) ? IN_FLIGHT_MS : false);
    loops.push(runLoop({ name: "watcher", turn, everyMs: EVERY_MS.watcher, log }));
  }
  if (config.roles.has("clock")) {
    const jobs = openJobs({ db, clock, media, authz, heads, staleChainEndSeconds: config.staleChainEndSeconds });
    loops.push(runLoop({ name: "clock", turn: jobs.turn, everyMs: EVERY_MS.clock, log }));
    const books = { db, clock, longestWaitMs: longestWaitMs(config), log };
    loops.push(runLoop({ name: "books", turn: () => watchBooks(books), everyMs: EVERY_MS.books, log }));
    const sender = openSender({
      db,
      clock,
      entropy,
      sessionSecrets: config.sessionSecrets,
      isLocal: config.isLocal,
      log,
    });
    const loop = runLoop({ name: "webhooks", turn: sender.turn, everyMs: EVERY_MS.webhooks, log });
    loops.push(loop);
    closing.push(() => sender.close(), db.listen("webhooks", loop.wake));
  }

  let url: string | undefined;
  if (config.roles.has("api")) {
    const { consoleDir } = config;
    const app = await buildApp({
      config,
      db,
      authz,
      chain,
      heads,
      facts,
      clock,
      entropy,
      media,
      verify: verifierOf(chain.callCode),
      log,
      onAnswer: metrics.answered,
      callerByKey: callersByKey(db, { clock }),
      consoleFolder: consoleDir === undefined ? consoleFolder : async () => consoleDir,
      newSessionId: sessionIds(entropy),
      oneAtATime: oneAtATime(),
    });
    try {
      url = await app.listen({ host: config.host, port: config.port });
    } catch (error) {
      const { code } = error as { code?: string };
      if (code === "EADDRINUSE")
        throw new UsageError(`Port ${config.port} of ${config.host} is in use: choose another with PORT.`);
      throw error;
    }
    const video = runLoop({
      name: "video",
      async turn() {
        for (const id of await noteSeen(db, media.seen())) await media.close(id);
        return false;
      },
      everyMs: EVERY_MS.video,
      log,
    });
    media.onPicture(video.wake);
    loops.push(video);
    closing.unshift(() => app.close());
  }
  const served = config.metrics === undefined ? undefined : await serveMetrics(config.metrics, metrics);
  if (served !== undefined) closing.push(served.close);
  log.info(
    { url, metrics: served?.url, roles: [...config.roles], chainId: facts.chainId, settlement: config.settlement },
    "ready",
  );

  return {
    url,
    metricsUrl: served?.url,
    async close() {
      await Promise.all(loops.map((loop) => loop.stop()));
      for (const close of closing) await close().catch((error: unknown) => log.warn({ err: error }, "did not close"));
      await media.stop();
      authz.close();
      await db.close();
    },
  };
}

/** @throws {UsageError} if the chain is none that is known, or has no such contract. */
async function factsOf(config: Config, endpoints: Endpoints, chain: Chain): Promise<ChainFacts> {
  const chainId = await endpoints.chainId();
  const base = Object.values(BASE_CHAINS).find((it) => it.chainId === chainId);
  if (base === undefined)
    throw new UsageError(`RPC_URL serves chain ${chainId}, which is neither Base nor Base Sepolia.`);
  const code = (await chain.ask("eth_getCode", [config.settlement, "latest"])) as string;
  if (code === "0x")
    throw new UsageError(`SETTLEMENT_ADDRESS: ${config.settlement} is no contract on chain ${chainId}.`);
  const publicRpc = base.testnet ? "https://sepolia.base.org" : "https://mainnet.base.org";
  const explorer = base.testnet ? "https://sepolia.basescan.org" : "https://basescan.org";
  return {
    chainId,
    chainName: config.isLocal ? `${base.title} (local)` : base.title,
    isMainnet: !base.testnet,
    explorerUrl: explorer,
    rpcUrl: config.publicRpcUrl ?? publicRpc,
    usdc: await chain.view("usdc", []),
  };
}
