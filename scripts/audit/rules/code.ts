/** Holds the code at the address against the builds that were published: R33. */
import type { Rulings } from "../findings.ts";
import type { History } from "../history.ts";

export function onCode({ target: { address, codeHash }, isCodeKnown }: History): Rulings {
  return {
    R33: isCodeKnown || {
      message: `The code at ${address} is none that this repository has published, whatever its version() says.`,
      expected: "the code of deployments/build.json, or of a record beside it",
      found: `code with the hash ${codeHash}`,
    },
  };
}
