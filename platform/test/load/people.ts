/** Consumers and operators of the load: each with a wallet, a workspace, a key, and the consumers with a full pool. */
import { usdcAbi } from "@luxxon/chain/usdc";
import { luxxonSettlementAbi } from "@luxxon/contracts-abi";
import {
  type Account,
  type Address,
  createPublicClient,
  createWalletClient,
  encodeFunctionData,
  http,
  maxUint256,
  parseEther,
} from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { walletOf } from "../../src/local/people.ts";
import { ask } from "./client.ts";
import type { Stage } from "./stage.ts";

export interface LoadPerson {
  address: Address;
  workspaceId: string;
  key: string;
}

export interface People {
  consumers: LoadPerson[];
  operators: LoadPerson[];
}

const SCOPES = ["sessions:create", "sessions:read", "sessions:operate", "pricing:read", "wallet:read"];
/** What each consumer's pool is filled with, µUSDC: more than a run can use. */
const POOL = 10_000_000_000n;

export async function invite(
  { parts, chain }: Pick<Stage, "parts" | "chain">,
  api: string,
  each: number,
): Promise<People> {
  const transport = http(parts.env.RPC_URL);
  const client = createPublicClient({ transport, pollingInterval: 50, cacheTime: 0 });
  const circle = createWalletClient({ account: privateKeyToAccount(walletOf("circle").privateKey), transport });
  const usdc = parts.contracts.usdc as Address;
  const send = async (wallet: typeof circle, to: Address, data: `0x${string}`, value = 0n) => {
    const hash = await wallet.sendTransaction({ to, data, value, chain: null, gas: 500_000n });
    const { status } = await client.waitForTransactionReceipt({ hash });
    if (status !== "success") throw new Error(`a transaction to ${to} failed`);
  };

  const join = async (account: Account & ReturnType<typeof privateKeyToAccount>, i: number, role: string) => {
    const signed = async (path: string) => {
      const { data } = await ask("POST", `${api}${path}`, "", { walletAddress: account.address });
      const { nonce, message } = data;
      return { walletAddress: account.address, nonce, signature: await account.signMessage({ message }) };
    };
    const made = await ask("POST", `${api}/workspaces`, "", {
      slug: `load-${role.toLowerCase()}-${i}`,
      name: "Load",
      roles: [role],
      ...(await signed("/workspaces/challenge")),
    });
    const login = await fetch(`${api}/auth/wallet/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(await signed("/auth/wallet/challenge")),
    });
    const workspaceId = made.data.id as string;
    const minted = await fetch(`${api}/workspaces/${workspaceId}/api-keys`, {
      method: "POST",
      headers: { "content-type": "application/json", cookie: login.headers.get("set-cookie")?.split(";")[0] ?? "" },
      body: JSON.stringify({ label: "load", environment: "TEST", scopes: SCOPES }),
    });
    const { data } = (await minted.json()) as { data: { plaintext: string } };
    return { address: account.address, workspaceId, key: data.plaintext };
  };

  const consumers: LoadPerson[] = [];
  const operators: LoadPerson[] = [];
  for (let i = 0; i < each; i++) {
    const account = privateKeyToAccount(generatePrivateKey());
    consumers.push(await join(account, i, "CONSUMER"));
    operators.push(await join(privateKeyToAccount(generatePrivateKey()), i, "SUPPLIER"));
    await send(circle, account.address, "0x", parseEther("1"));
    await send(circle, usdc, encodeFunctionData({ abi: usdcAbi, functionName: "mint", args: [account.address, POOL] }));
    const own = createWalletClient({ account, transport });
    await send(
      own,
      usdc,
      encodeFunctionData({ abi: usdcAbi, functionName: "approve", args: [chain.settlement, maxUint256] }),
    );
    await send(
      own,
      chain.settlement,
      encodeFunctionData({ abi: luxxonSettlementAbi, functionName: "deposit", args: [POOL] }),
    );
  }
  return { consumers, operators };
}
