/** Signs the platform's challenges: to sign in, and to make a workspace. */
import type { Address } from "viem";
import { signMessage } from "viem/actions";
import { api, dataOf, onceKey } from "../api/client.ts";
import type { WalletClient } from "./pool.ts";

interface Answer {
  walletAddress: Address;
  nonce: string;
  signature: string;
}

async function answer(
  client: WalletClient,
  path: "/api/v1/auth/wallet/challenge" | "/api/v1/workspaces/challenge",
): Promise<Answer> {
  const walletAddress = client.account.address;
  const { nonce, message } = await dataOf(api.POST(path, { body: { walletAddress } }));
  return { walletAddress, nonce, signature: await signMessage(client, { message }) };
}

/** The platform answers with a cookie that no script can read. */
export async function signIn(client: WalletClient): Promise<void> {
  const body = await answer(client, "/api/v1/auth/wallet/challenge");
  await dataOf(api.POST("/api/v1/auth/wallet/login", { body }));
}

export interface NewWorkspace {
  slug: string;
  name: string;
  roles: ("CONSUMER" | "SUPPLIER")[];
}

export async function makeWorkspace(client: WalletClient, wanted: NewWorkspace) {
  const body = { ...wanted, ...(await answer(client, "/api/v1/workspaces/challenge")) };
  return await dataOf(api.POST("/api/v1/workspaces", { body, headers: onceKey() }));
}
