/** What the routes stand on: the parts that `main.ts` opened, as arguments. */
import type { FastifyBaseLogger } from "fastify";
import type { VerifySignature } from "../auth/signature.ts";
import type { Authz } from "../authz/authz.ts";
import type { Chain } from "../chain/chain.ts";
import type { Heads } from "../chain/heads.ts";
import type { Clock, Entropy } from "../clock.ts";
import type { Config } from "../config.ts";
import type { Database } from "../db/database.ts";
import type { CallerByKey } from "../keys/keys.ts";
import type { Media } from "../media/media.ts";

/** What is known of the chain once and for all. */
export interface ChainFacts {
  chainId: number;
  chainName: string;
  isMainnet: boolean;
  explorerUrl: string;
  rpcUrl: string;
  usdc: `0x${string}`;
}

export interface Context {
  config: Config;
  db: Database;
  authz: Authz;
  chain: Chain;
  heads: Heads;
  facts: ChainFacts;
  clock: Clock;
  entropy: Entropy;
  media: Media;
  verify: VerifySignature;
  log: FastifyBaseLogger;
  /** Is told of every answer. */
  onAnswer: (route: string | undefined, method: string, status: number, seconds: number) => void;
  callerByKey: CallerByKey;
  /** The folder of the built console, once somebody asks for the page; undefined: none is served. */
  consoleFolder: (() => Promise<string>) | undefined;
  newSessionId: (maxDurationSeconds: number) => string;
  /** Serialises what one wallet does in this process. */
  oneAtATime: <T>(key: string, act: () => Promise<T>) => Promise<T>;
}
