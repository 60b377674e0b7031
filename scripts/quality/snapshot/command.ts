/** `npm run snapshot`: records ABI, storage layout, build and schemas after a change that was meant. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readFlags } from "@luxxon/chain/command/flags";
import { runCommand } from "@luxxon/chain/command/run";
import { replaceFile } from "@luxxon/chain/files";
import { toJson } from "@luxxon/chain/json";
import { ROOT } from "@luxxon/chain/root";
import { buildContracts } from "../../contract/compile.ts";

const HELP = `Writes what is recorded of LuxxonSettlement, and what tests compare: ABI and storage layout to test/static, the
hashes of the build to deployments/build.json, the schemas of the files there to deployments/schema.

  npm run snapshot

  --help   this text`;

await runCommand(async () => {
  readFlags(HELP, {});
  await buildContracts();
  const { jsonSchemas } = await import("@luxxon/chain/deployments/jsonSchema");
  const { readCompiled } = await import("../../contract/compiled.ts");
  const { hashesOf } = await import("../../contract/production.ts");
  const { snapshots } = await import("./describe.ts");
  const compiled = await readCompiled();
  const build = { $schema: "./schema/build.schema.json", ...(await hashesOf(compiled)) };
  const files = new Map<string, unknown>([["deployments/build.json", build]]);
  for (const [name, schema] of Object.entries(jsonSchemas())) files.set(`deployments/schema/${name}`, schema);
  for (const [name, snapshot] of Object.entries(snapshots(compiled))) {
    files.set(`test/static/${name}`, snapshot);
  }
  for (const [name, contents] of files) {
    const file = join(ROOT, name);
    const text = `${toJson(contents)}\n`;
    const before = await readFile(file, "utf8").catch(() => undefined);
    await replaceFile(file, text);
    console.log(`${name}: ${before === text ? "unchanged" : "written"}.`);
  }
  return 0;
});
