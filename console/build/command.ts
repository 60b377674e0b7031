/** `npm run console`: builds the web page, or serves it to whoever works on it. */
import { readFlags } from "@luxxon/chain/command/flags";
import { runCommand } from "@luxxon/chain/command/run";
import { UsageError } from "@luxxon/chain/usageError";
import { buildConsole, CONSOLE, DIST } from "./build.ts";

const HELP = `Builds the console, the web page of the platform, into console/dist, if anything has changed since it was last built.
\`npm start\` does that by itself.

  npm run console [-- flags]

  --build    build it even so
  --dev URL  serve it unbuilt, with what changes at once, for a platform that runs at URL
  --help     this text

Exit code: 0 if it is done, 1 if not, 2 if you can put it right.`;

const FLAGS = {
  build: { type: "boolean", default: false },
  dev: { type: "string" },
} as const;

await runCommand(async () => {
  const { build, dev } = readFlags(HELP, FLAGS).values;
  if (dev !== undefined) return await serve(dev);
  const started = performance.now();
  const isNew = await buildConsole({ force: build, onStart: () => console.error("Building the console …") });
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  console.error(isNew ? `The console is built: ${DIST} (${seconds} s).` : `The console is as it was built: ${DIST}.`);
  return 0;
});

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
