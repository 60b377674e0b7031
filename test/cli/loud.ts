/** A command that says more than a pipe holds. */
import { runCommand } from "../../scripts/cli.ts";

await runCommand(async () => {
  for (let i = 0; i < 100_000; i++) console.log(`line ${i}`);
  return 1;
});
