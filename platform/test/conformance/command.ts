/** `npm run conformance`: writes what clients of our API can hold on to: its types, and which operation answers what. */
import { readFlags } from "@luxxon/chain/command/flags";
import { catchInterrupts } from "@luxxon/chain/command/interrupt";
import { runCommand } from "@luxxon/chain/command/run";
import { PAGE_FILE } from "./page.ts";

const HELP = `Starts the platform in a temporary folder, brings each of the public platform's 35 operations to each status that the
published document has for it, and writes ${PAGE_FILE}, and the types of the API.

  npm run conformance [-- [--check]]

  --check  writes nothing: says whether both are up to date
  --help   this text

Exit code: 0 if all is written, or was up to date; 1 if not, 2 if it was asked wrongly.`;

await runCommand(async () => {
  const { check } = readFlags(HELP, { check: { type: "boolean", default: false } }).values;
  const interrupt = catchInterrupts();
  const { writeAll } = await import("./write.ts");
  const written = await writeAll({ check, interrupt });
  return check && written.includes(true) ? 1 : 0;
});
