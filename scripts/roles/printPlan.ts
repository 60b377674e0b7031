/** Prints a planned change for those who will sign it. */

import { toJson } from "@luxxon/chain/json";
import { describeSafe, hashLines } from "@luxxon/chain/safe/safe";
import { valueInWords } from "../settings.ts";
import { callInWords, type Plan } from "./plan.ts";

export function printPlan({ record, safe, signer, changes, calls, hashes, warnings }: Plan, chainTitle: string): void {
  console.log(`LuxxonSettlement ${record.version} at ${record.address} on ${chainTitle}`);
  if (calls.length > 0) console.log(`to be signed by ${signer}${safe === undefined ? "" : ` (${describeSafe(safe)})`}`);
  console.log();
  for (const { subject, now, wanted, call } of changes) {
    console.log(subject);
    if (call === undefined) console.log(`  is so already: ${valueInWords(subject, wanted)}; the parameters follow`);
    else console.log(`  now  ${valueInWords(subject, now)}\n  new  ${valueInWords(subject, wanted)}`);
  }
  if (calls.length > 0) console.log();
  for (const call of calls) {
    console.log(`calldata  ${call.data}`);
    console.log(`  decoded: ${callInWords(call)}`);
    console.log("  simulated on the chain as it is now: it would pass");
  }
  if (hashes !== undefined) {
    console.log(`\nWhat a signer's wallet has to show, if this is the Safe's next transaction (nonce ${safe?.nonce}):`);
    for (const line of hashLines(hashes)) console.log(`  ${line}`);
  }
  for (const warning of warnings) console.log(`! ${warning}`);
}

/** The same for machines. @param files What was written. */
export function planAsJson({ record, safe, signer, changes, calls, hashes, warnings }: Plan, files: string[]): string {
  const contract = record.address;
  const settings = changes.map(({ subject, now, wanted }) => ({ subject, now, new: wanted }));
  const answer = { contract, signer, safe, changes: settings, calls, hashes, warnings, files };
  return toJson(answer);
}
