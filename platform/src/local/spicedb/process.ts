/** Starts the process that carries SpiceDB, and waits until it answers. */
import { mkdir, rm } from "node:fs/promises";
import process from "node:process";
import { fileURLToPath } from "node:url";
import * as grpc from "@grpc/grpc-js";
import { UsageError } from "@luxxon/chain/usageError";
import type { Started } from "../postgres.ts";
import {
  type Detached,
  endProcess,
  lastLineOf,
  processesWithArgument,
  startDetached,
  startMarkOf,
  waitFor,
} from "../processes.ts";
import { forgetProcess, keptPortOf, portOf, processOf, readSecrets, rememberProcess, type State } from "../state.ts";

const SERVER = fileURLToPath(new URL("./server.ts", import.meta.url));

export interface SpiceDb {
  /** Host and port. */
  endpoint: string;
  token: string;
}

/** Finds SpiceDB alive, or starts it and has it filled from Postgres. */
export async function startSpiceDb(
  state: State,
  databaseUrl: string,
  signal?: AbortSignal,
): Promise<Started & SpiceDb> {
  const { spicedbToken: token } = await readSecrets(state);
  const found = await findAlive(state, token);
  if (found !== undefined) return { endpoint: found, token, startedHere: false };

  const temporary = temporaryOf(state);
  // Each that was killed has left a socket.
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true });
  const log = state.path("logs", "spicedb.log");
  for (let tries = 0; ; tries++) {
    const port = await portOf(state, "spicedb", { another: tries > 0 });
    const endpoint = `127.0.0.1:${port}`;
    const child = await startDetached([process.execPath, SERVER, temporary, String(port)], {
      cwd: temporary,
      environment: {
        PATH: process.env.PATH ?? "",
        // The library's socket lies here by a short name: the path of a deep checkout is too long for one.
        TMPDIR: ".",
        DATABASE_URL: databaseUrl,
        SPICEDB_TOKEN: token,
      },
      log,
    });
    await rememberProcess(state, "spicedb", child.pid);
    const outcome = await waitFor("SpiceDB", () => answers(child, endpoint, token), { withinMs: 60_000, signal });
    if (outcome === "answers") return { endpoint, token, startedHere: true };
    await forgetProcess(state, "spicedb");
    const said = lastLineOf(await child.said());
    if (!/EADDRINUSE|No address added|address already in use/.test(said) || tries === 5) {
      throw new UsageError(`SpiceDB does not start: ${said} (${log}).`);
    }
  }
}

export async function stopSpiceDb(state: State): Promise<void> {
  const pid = processOf(state, "spicedb");
  const all = new Set([...(pid === undefined ? [] : [pid]), ...processesWithArgument(temporaryOf(state))]);
  await Promise.all([...all].map((one) => endProcess(one, [["SIGTERM", 5_000]])));
  await forgetProcess(state, "spicedb");
}

async function findAlive(state: State, token: string): Promise<string | undefined> {
  const pid = processOf(state, "spicedb");
  const port = keptPortOf(state, "spicedb");
  if (pid !== undefined && port !== undefined) {
    const endpoint = `127.0.0.1:${port}`;
    const lives = () => startMarkOf(pid) !== undefined;
    const ask = () => answers({ lives }, endpoint, token);
    const outcome = await waitFor("SpiceDB", ask, { withinMs: 5_000 }).catch(() => "ended" as const);
    if (outcome === "answers") return endpoint;
  }
  // It may be waiting for a Postgres that has moved, or nobody has written it down.
  await stopSpiceDb(state);
  return undefined;
}

/** The smallest question that SpiceDB itself answers: what its schema is. */
function answers(
  { lives }: Pick<Detached, "lives">,
  endpoint: string,
  token: string,
): Promise<"answers" | "ended" | undefined> {
  if (!lives()) return Promise.resolve("ended");
  const client = new grpc.Client(endpoint, grpc.credentials.createInsecure(), {
    // Each question is asked of a new connection: one that has failed waits a second before it tries again.
    "grpc.use_local_subchannel_pool": 1,
  });
  const metadata = new grpc.Metadata();
  metadata.set("authorization", `Bearer ${token}`);
  const asItIs = (bytes: Buffer) => bytes;
  return new Promise((resolve) => {
    client.makeUnaryRequest(
      "/authzed.api.v1.SchemaService/ReadSchema",
      asItIs,
      asItIs,
      Buffer.alloc(0),
      metadata,
      { deadline: Date.now() + 2_000 },
      (error) => {
        client.close();
        resolve(error === null ? "answers" : undefined);
      },
    );
  });
}

function temporaryOf({ path }: State): string {
  return path("spicedb");
}
