/** `npm run control`: proves that the Safe's signers control the contract. */

import { readFlags } from "@luxxon/chain/command/flags";
import { runCommand } from "@luxxon/chain/command/run";
import { toJson } from "@luxxon/chain/json";
import { describeSafe, hashLines } from "@luxxon/chain/safe/safe";
import { openTarget, TARGET_FLAGS } from "../target.ts";
import { type Control, proveControl } from "./control.ts";

const HELP = `Proves that the Safe controls the contract. The first time it writes a file for the Safe's Transaction Builder with one
call that changes nothing (setGuardian, to the guardian that is there). Run again after the Safe has executed it, it finds
the event, checks that the Safe's signers caused it, and records who they are in deployments/<network>/control.json.

  npm run control [-- flags]

  --network       base-sepolia or base; always needed
  --json          print one JSON document
  --deployments   the folder of records and parameters; default: deployments
  --help          this text

BASE_SEPOLIA_RPC_URL or BASE_RPC_URL, an endpoint of the chain, comes from the environment or from Hardhat's keystore.
Exit code: 0 if control is proven, 1 if the file waits to be executed, 2 if it could not be looked at.`;

await runCommand(async () => {
  const { values } = readFlags(HELP, { ...TARGET_FLAGS, json: { type: "boolean", default: false } });
  const target = await openTarget(values);
  const control = await proveControl(target);
  if (values.json) console.log(toJson(control));
  else print(control, target.active.address);
  return control.proven ? 0 : 1;
});

function print(control: Control, contract: string): void {
  const { safe, file } = control;
  console.log(`LuxxonSettlement at ${contract}, owned by ${safe.address} (${describeSafe(safe)})`);
  for (const owner of safe.owners) console.log(`  signer ${owner}`);
  if (control.proven) {
    const { proof } = control;
    console.log(`\n✓ The Safe's signers control the contract.`);
    console.log(`  They executed it in transaction ${proof.txHash}`);
    console.log(`  block ${proof.blockNumber}, ${proof.time}, SafeTx hash ${proof.safeTxHash}`);
    console.log(`Recorded: ${file}`);
    return;
  }
  console.log(`\n✗ Nobody has shown yet that they control the contract. Have them execute this file:`);
  console.log(`  ${file}${control.written ? "" : " (written before)"}`);
  console.log(`  calldata      ${control.data}`);
  console.log(`  decoded       setGuardian(newGuardian = ${control.guardian}), which is the guardian that is there`);
  const next = `, if it is the Safe's next transaction (nonce ${safe.nonce})`;
  console.log(
    hashLines(control.hashes)
      .map((line) => `  ${line}`)
      .join("\n") + next,
  );
  console.log("Next: import it in the Safe app (Transaction Builder), sign and execute it, and run this again.");
}
