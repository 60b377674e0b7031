/**
 * Where a deployment is rehearsed: a twin of a live chain behind an endpoint that takes only what live endpoints take, a
 * Safe that owns, a deployer with a key, and a folder for what the deployment writes.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BaseChain } from "@luxxon/chain/baseChains";
import type { Parameters } from "@luxxon/chain/deployments/parameters";
import { replaceJson } from "@luxxon/chain/files";
import { type Call, relayTo } from "@luxxon/local/fork/relay";
import { serveTwin } from "@luxxon/local/fork/twin";
import { type Address, getAddress, type Hex, keccak256, numberToHex, parseEther, toHex } from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";

/** Keys that exist for the rehearsal alone. */
export function keyOf(name: string): Hex {
  return keccak256(toHex(`LuxxonSettlement rehearsal: ${name}`));
}

export function keyHolder(name: string): PrivateKeyAccount {
  return privateKeyToAccount(keyOf(name));
}

/** What the twin, unlike a live chain, would let anybody do. */
const FOR_LOCAL_CHAINS = /^(hardhat|evm|debug|ots|anvil)_/;

/** What happens between the deployer and the chain. Each can be set at any time. */
export interface Hooks {
  /** Answers a call instead of the chain. */
  instead?: (call: Call) => object | undefined;
  /** Is told of a call that the chain has answered, before the answer goes back. */
  after?: (call: Call) => void | Promise<void>;
}

export async function openStage(base: BaseChain) {
  const { url: twinUrl, chain, close } = await serveTwin(base);
  const hooks: Hooks = {};
  const relay = await relayTo(twinUrl, {
    instead: (call) =>
      FOR_LOCAL_CHAINS.test(call.method)
        ? { error: { code: -32601, message: `the method ${call.method} does not exist` } }
        : hooks.instead?.(call),
    after: (call) => hooks.after?.(call),
  });
  const folder = await mkdtemp(join(tmpdir(), "luxxon-deployments-"));
  const signers = ["first signer", "second signer", "third signer"].map(keyHolder);
  const safe = await chain.viem.deployContract("TestSafe", [signers.map(({ address }) => address), 2n]);
  const parameters: Parameters = {
    owner: getAddress(safe.address),
    relayer: keyHolder("relayer").address,
    guardian: keyHolder("guardian").address,
    platformWallet: keyHolder("platform wallet").address,
    defaultDailyLimit: "50000000",
    poolDailyLimit: "5000000000",
  };
  await writeParameters(folder, base, parameters);

  return {
    base,
    /** The twin itself, with everything that a local chain can do. */
    twin: chain,
    twinUrl,
    /** What the deployer is given. */
    rpcUrl: relay.url,
    hooks,
    /** How often each method was asked for through the endpoint. */
    counts: relay.counts,
    folder,
    parameters,
    signers,
    safe: { address: parameters.owner },
    deployer: keyHolder("deployer"),
    deployerKey: keyOf("deployer"),
    async fund(address: Address, ether: string) {
      await chain.provider.request({
        method: "hardhat_setBalance",
        params: [address, numberToHex(parseEther(ether))],
      });
    },
    async close() {
      relay.close();
      close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export type Stage = Awaited<ReturnType<typeof openStage>>;

export async function writeParameters(folder: string, base: BaseChain, parameters: object): Promise<void> {
  await replaceJson(join(folder, "parameters", `${base.name}.json`), parameters);
}
