/** What a counterexample's script calls: a test that plays the steps and fails while contract and model differ. */

import type { LocalChainName } from "@luxxon/local/chain";
import { expect } from "chai";
import { playSteps } from "./play.ts";
import { type Addresses, openScene } from "./scene.ts";
import type { Step } from "./steps.ts";

export function replay(chain: LocalChainName, stepsOf: (addresses: Addresses) => Step[]): void {
  it(`contract and model agree after each of these steps on ${chain}`, async () => {
    const scene = await openScene(chain);
    const { difference } = await playSteps(scene, stepsOf(scene.addresses));
    if (difference !== undefined) expect.fail(`after step ${difference.index + 1}: ${difference.what}`);
  });
}
