/** Rehearses the verification, with an explorer that is down. */

import { type DeploymentRecord, readRecords } from "@luxxon/chain/deployments/record";
import { EXPLORER_NAMES } from "../verify/explorers.ts";
import type { RehearsalContext, Step } from "./rehearsal.ts";
import type { Stage } from "./stage.ts";

export const verifySteps: Step[] = [
  {
    title: "Explorers dither: a page for people, a job that stays pending, sources that are there already",
    async play({ explorers, run, expect, stage }) {
      explorers.moods.set("sourcify", "challenge").set("blockscout", "pending").set("basescan", "already");
      const { status, stdout } = await run("verify", ["--wait", "8"]);
      explorers.moods.clear();
      expect("it ends with exit code 1", status === 1);
      expect("a page for people is called so", /✗ sourcify +answers with a page for people/.test(stdout));
      expect("what stays pending is left after a while", /✗ blockscout +.*within 8 s/.test(stdout));
      expect("what is there already is there", /✓ basescan /.test(stdout));
      const { verified } = await recordOf(stage);
      expect("the record has that one's page alone", Object.keys(verified).join() === "basescan");
    },
  },
  {
    title: "One explorer is down: the others show the sources",
    async play(context) {
      const { explorers, run, expect } = context;
      explorers.down.add("blockscout");
      const { status, stdout, stderr } = await run("verify");
      explorers.down.delete("blockscout");
      const isReported = status === 1 && /✗ blockscout .*cannot be reached/.test(stdout);
      expect("Blockscout is reported, with exit code 1", isReported);
      expect("the way to ask it again is given", stderr.includes("--only blockscout"));
      expect(
        "Sourcify and Basescan have compiled the sources to the code on the chain",
        await isShownBy(context, ["sourcify", "basescan"]),
      );
    },
  },
  {
    title: "It is back, and is asked alone",
    async play(context) {
      const { explorers, run, expect, stage } = context;
      const { status } = await run("verify", ["--only", "blockscout"]);
      expect("it ends with exit code 0", status === 0);
      expect("all three show the sources", await isShownBy(context, EXPLORER_NAMES));
      const pages = Object.values((await recordOf(stage)).verified);
      const areHere = pages.length === EXPLORER_NAMES.length && pages.every((page) => page.startsWith(explorers.url));
      expect("the record has the page of each", areHere);
    },
  },
];

/** Tells whether exactly these explorers show the sources, and the record says so. */
async function isShownBy({ explorers, stage }: RehearsalContext, names: readonly string[]): Promise<boolean> {
  const { address, verified } = await recordOf(stage);
  return EXPLORER_NAMES.every((name) => {
    const wanted = names.includes(name);
    return explorers.verified(name).includes(address) === wanted && name in verified === wanted;
  });
}

async function recordOf({ folder, base }: Stage): Promise<DeploymentRecord> {
  const record = (await readRecords(folder, base.chainId)).at(-1);
  if (record === undefined) throw new Error("the steps before have recorded no deployment");
  return record;
}
