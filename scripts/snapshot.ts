/** `npm run snapshot`: records ABI and storage layout after a change that was meant. */
import { readFile, writeFile } from "node:fs/promises";
import { buildContracts } from "./build.ts";
import { readFlags, runCommand } from "./cli.ts";
import { readCompiled } from "./compiled.ts";
import { snapshots } from "./snapshot/describe.ts";

const HELP = `Writes the ABI and the storage layout of LuxxonSettlement to test/static, where a test compares them.

  npm run snapshot

  --help   this text`;

const FOLDER = new URL("../test/static/", import.meta.url);

await runCommand(async () => {
  readFlags(HELP, {});
  await buildContracts();
  for (const [name, snapshot] of Object.entries(snapshots(await readCompiled()))) {
    const file = new URL(name, FOLDER);
    const text = `${JSON.stringify(snapshot, null, 2)}\n`;
    const before = await readFile(file, "utf8").catch(() => undefined);
    await writeFile(file, text);
    console.log(`test/static/${name}: ${before === text ? "unchanged" : "written"}.`);
  }
  return 0;
});
