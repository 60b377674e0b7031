/** The flags of the walk through the contract, apart from what it imports: that takes a second to load. */

export const WALK_FLAGS = {
  keep: { type: "boolean", default: false },
  port: { type: "string" },
  "eth-usd": { type: "string", default: "3000" },
  "l2-gas-gwei": { type: "string", default: "0.002" },
  "l1-base-fee-gwei": { type: "string", default: "1" },
  "l1-blob-fee-gwei": { type: "string", default: "0" },
} as const;

export interface WalkFlags {
  json: boolean;
  keep: boolean;
  port?: string | undefined;
  "eth-usd": string;
  "l2-gas-gwei": string;
  "l1-base-fee-gwei": string;
  "l1-blob-fee-gwei": string;
}
