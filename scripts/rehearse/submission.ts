/** Does what an explorer does with sources that it is given: compiles them and compares the code with the chain's. */

import { join } from "node:path";
import process from "node:process";
import { ROOT } from "@luxxon/chain/root";
import { type Address, concat, type Hex, type PublicClient } from "viem";
import { outputOf } from "../child.ts";

export interface Submission {
  address: Address;
  /** Standard JSON, as solc takes it. */
  input: unknown;
  /** `source:contract` */
  contractName: string;
  /** `v0.8.37+commit.…` */
  compilerVersion: string;
  /** ABI-encoded, where the explorer asks for them. */
  constructorArguments?: Hex;
  creationTxHash?: Hex;
}

interface Compiled {
  contracts?: Record<string, Record<string, { evm: { bytecode: { object: string } } }>>;
  errors?: { severity: string; formattedMessage: string }[];
}

const SOLC = join(ROOT, "tools/solc");

/** @returns Why the sources are not those of the contract, or undefined if they are. */
export async function refusalOf(submission: Submission, client: PublicClient): Promise<string | undefined> {
  const { address, input, contractName, compilerVersion } = submission;
  const deployed = await client.getCode({ address });
  if (deployed === undefined) return `Unable to locate ContractCode at ${address}`;
  if (!(await solc(["--version"])).includes(`Version: ${compilerVersion.replace(/^v/, "")}`)) {
    return `there is no compiler ${compilerVersion} here`;
  }
  const output = await solc(["--standard-json"], JSON.stringify(input));
  const { contracts, errors = [] } = JSON.parse(output) as Compiled;
  const error = errors.find(({ severity }) => severity === "error");
  if (error !== undefined) return error.formattedMessage;
  const at = contractName.lastIndexOf(":");
  const code = contracts?.[contractName.slice(0, at)]?.[contractName.slice(at + 1)]?.evm.bytecode.object;
  if (code === undefined) return `the sources have no ${contractName}`;
  return compare(submission, `0x${code}`, deployed, client);
}

/** Runs the creation code with its arguments: what it returns must be the code at the address, immutables and all. */
async function compare(submission: Submission, creationCode: Hex, deployed: Hex, client: PublicClient) {
  const { constructorArguments, creationTxHash } = submission;
  let data: Hex;
  if (constructorArguments !== undefined) {
    data = concat([creationCode, constructorArguments]);
  } else {
    if (creationTxHash === undefined) return "neither arguments nor the transaction that made the contract are given";
    data = (await client.getTransaction({ hash: creationTxHash })).input;
    if (!data.startsWith(creationCode)) return "the transaction did not send what the sources compile to";
  }
  const { data: made } = await client.call({ data });
  return made === deployed ? undefined : "the code at the address is not what the sources compile to";
}

/** Explorers are given the same sources one after the other, and via the IR each compilation takes seconds. */
const outputs = new Map<string, Promise<string>>();

function solc(args: string[], input = ""): Promise<string> {
  const key = [...args, input].join(" ");
  const output = outputs.get(key) ?? outputOf([process.execPath, SOLC, ...args], { cwd: ROOT, input });
  outputs.set(key, output);
  return output;
}
