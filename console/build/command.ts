/** `npm run console`: builds the web page, writes its types of the API, or serves it to whoever works on it. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readFlags } from "@luxxon/chain/command/flags";
import { runCommand } from "@luxxon/chain/command/run";
import { UsageError } from "@luxxon/chain/usageError";
import { buildConsole, CONSOLE, DIST } from "./build.ts";
import { type OpenApiDocument, typesOf } from "./types.ts";

const HELP = `Builds the console, the web page of the platform, into console/dist, if anything has changed since it was last built.
\`npm start\` does that by itself.

  npm run console [-- flags]

  --build         build it even so
  --dev URL       serve it unbuilt, with what changes at once, for a platform that runs at URL
  --types SOURCE  write console/src/api/schema.ts from the OpenAPI document at a URL or in a file
  --check         with --types: write nothing, and say whether the types are those of the document
  --help          this text

Exit code: 0 if it is done, 1 if not (with --check: the types are others), 2 if you can put it right.`;

const FLAGS = {
  build: { type: "boolean", default: false },
  dev: { type: "string" },
  types: { type: "string" },
  check: { type: "boolean", default: false },
} as const;

const TYPES = join(CONSOLE, "src", "api", "schema.ts");

await runCommand(async () => {
  const { build, dev, types, check } = readFlags(HELP, FLAGS).values;
  if (check && types === undefined) throw new UsageError("--check goes with --types.");
  if (types !== undefined) return await writeTypes(types, check);
  if (dev !== undefined) return await serve(dev);
  const started = performance.now();
  const isNew = await buildConsole({ force: build, onStart: () => console.error("Building the console …") });
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  console.error(isNew ? `The console is built: ${DIST} (${seconds} s).` : `The console is as it was built: ${DIST}.`);
  return 0;
});

async function writeTypes(source: string, isCheck: boolean): Promise<number> {
  const text = await typesOf(await documentAt(source));
  const before = await readFile(TYPES, "utf8").catch(() => "");
  if (isCheck) {
    if (before === text) return 0;
    console.error(`${TYPES} is not what the document says: npm run console -- --types ${source}`);
    return 1;
  }
  await writeFile(TYPES, text);
  console.error(before === text ? "The types are as they were." : `Written: ${TYPES}.`);
  return 0;
}

async function documentAt(source: string): Promise<OpenApiDocument> {
  try {
    const text = /^https?:/.test(source) ? await (await fetch(source)).text() : await readFile(source, "utf8");
    return JSON.parse(text) as OpenApiDocument;
  } catch (error) {
    throw new UsageError(`${source} cannot be read: ${(error as Error).message.split("\n")[0]}.`);
  }
}

async function serve(platform: string): Promise<number> {
  if (!URL.canParse(platform)) throw new UsageError(`--dev takes the URL of a platform, not "${platform}".`);
  const { createServer } = await import("vite");
  // The platform takes a cookie from its own origin alone, which is what the proxy says to be.
  const { origin } = new URL(platform);
  const server = await createServer({
    root: CONSOLE,
    configFile: false,
    server: { host: "127.0.0.1", proxy: { "/api": { target: platform, headers: { origin } } } },
  });
  await server.listen();
  server.printUrls();
  return await new Promise(() => undefined);
}
