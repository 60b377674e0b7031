/**
 * Issues the messages that wallets sign (EIP-4361), and takes them back signed. A message says what it is for, is kept word
 * for word, and is good once, whatever came of it.
 */
import { type Address, getAddress, type Hex } from "viem";
import { createSiweMessage } from "viem/siwe";
import type { Clock, Entropy } from "../clock.ts";
import type { Queries } from "../db/database.ts";
import { Refused } from "../refusal.ts";
import type { VerifySignature } from "./signature.ts";

export type Purpose = "sign-in" | "workspace";

const STATEMENTS: Readonly<Record<Purpose, string>> = {
  "sign-in": "Sign in to Luxxon with this wallet.",
  workspace: "Create a Luxxon workspace that this wallet owns.",
};

export const CHALLENGE_SECONDS = 300;

export interface ChallengeContext {
  db: Queries;
  clock: Clock;
  entropy: Entropy;
  publicUrl: URL;
  chainId: number;
}

export interface Challenge {
  nonce: string;
  /** The exact text to sign. */
  message: string;
  expiresAt: Date;
}

export async function issueChallenge(context: ChallengeContext, purpose: Purpose, wallet: Address): Promise<Challenge> {
  const { db, clock, entropy, publicUrl, chainId } = context;
  const issuedAt = clock.now();
  const expiresAt = new Date(issuedAt.getTime() + CHALLENGE_SECONDS * 1_000);
  const nonce = Buffer.from(entropy.bytes(16)).toString("hex");
  const message = createSiweMessage({
    domain: publicUrl.host,
    address: getAddress(wallet),
    statement: STATEMENTS[purpose],
    uri: publicUrl.origin,
    version: "1",
    chainId,
    nonce,
    issuedAt,
    expirationTime: expiresAt,
  });
  await db.rows`
    insert into challenges (nonce, purpose, wallet_address, message, expires_at)
    values (${nonce}, ${purpose}, ${getAddress(wallet)}, ${message}, ${expiresAt})`;
  return { nonce, message, expiresAt };
}

export interface Answer {
  walletAddress: Address;
  nonce: string;
  signature: Hex;
}

/**
 * Takes a signed challenge. Its nonce is used up by this, also if the signature is wrong or the wallet another.
 *
 * @throws {Refused} NOT_AUTHENTICATED; CHAIN_UNAVAILABLE if a smart wallet cannot be asked.
 */
export async function takeAnswer(
  context: ChallengeContext & { verify: VerifySignature },
  purpose: Purpose,
  { walletAddress, nonce, signature }: Answer,
): Promise<void> {
  const { db, clock, verify } = context;
  const now = clock.now();
  const challenge = await db.row<{ purpose: string; walletAddress: string; message: string; expiresAt: Date }>`
    update challenges set used_at = ${now} where nonce = ${nonce} and used_at is null
    returning purpose, wallet_address, message, expires_at`;
  const wrong = (detail: string, message: string) => new Refused("NOT_AUTHENTICATED", message, { detail });
  if (challenge === undefined)
    throw wrong("challenge:unknown", "This nonce was not issued, or has been used: ask for a new challenge.");
  if (challenge.expiresAt <= now) throw wrong("challenge:expired", "This challenge has expired: ask for a new one.");
  if (challenge.purpose !== purpose)
    throw wrong("challenge:purpose", `This challenge was issued for something else: ask for one of the right kind.`);
  if (challenge.walletAddress !== getAddress(walletAddress))
    throw wrong("challenge:wallet", "This challenge was issued to another wallet.");
  const isTheirs = await verify(getAddress(walletAddress), challenge.message, signature).catch((cause: unknown) => {
    throw new Refused(
      "CHAIN_UNAVAILABLE",
      "The chain cannot be asked now whether this is the wallet's signature. Ask for a new challenge, and sign again.",
      { detail: "challenge:unchecked", retryAfter: 2, cause },
    );
  });
  if (!isTheirs) throw wrong("challenge:signature", "The signature is not this wallet's over the message as issued.");
}
