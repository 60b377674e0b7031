/** The verification, with an explorer that is down. */

import { readRecords } from "@luxxon/chain/deployments/record";
import { EXPLORER_NAMES } from "../verify/explorers.ts";
import type { RehearsalContext, Step } from "./context.ts";

const VERIFY = ["--network", "base-sepolia"];

export const verifySteps: Step[] = [
  { title: "One explorer is down: the others show the sources", run: oneDown },
  { title: "It is back, and is asked alone", run: askedAlone },
];

async function oneDown(context: RehearsalContext) {
  const { explorers, run, expect } = context;
  explorers.down.add("blockscout");
  const { status, stdout, stderr } = await run("scripts/verify/command.ts", VERIFY);
  explorers.down.delete("blockscout");
  expect("Blockscout is reported, with exit code 1", status === 1 && /✗ blockscout .*cannot be reached/.test(stdout));
  expect("the way to ask it again is given", stderr.includes("--only blockscout"));
  expect(
    "Sourcify and Basescan have compiled the sources to the code on the chain",
    await shown(context, ["sourcify", "basescan"]),
  );
}

async function askedAlone(context: RehearsalContext) {
  const { explorers, run, expect, stage } = context;
  const { status } = await run("scripts/verify/command.ts", [...VERIFY, "--only", "blockscout"]);
  expect("it ends with exit code 0", status === 0);
  expect("all three show the sources", await shown(context, ["blockscout", "sourcify", "basescan"]));
  const record = (await readRecords(stage.folder, stage.base.chainId)).at(-1);
  const pages = EXPLORER_NAMES.map((name) => record?.verified[name] ?? "");
  expect(
    "the record has the page of each",
    pages.every((page) => page.startsWith(explorers.url)),
  );
}

/** Whether exactly these explorers show the sources, and the record says so. */
async function shown({ explorers, stage }: RehearsalContext, names: readonly string[]): Promise<boolean> {
  const record = (await readRecords(stage.folder, stage.base.chainId)).at(-1);
  if (record === undefined) return false;
  return EXPLORER_NAMES.every((name) => {
    const wanted = names.includes(name);
    return explorers.verified(name).includes(record.address) === wanted && name in record.verified === wanted;
  });
}
