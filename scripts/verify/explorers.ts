/** Lists the explorers that show verified sources, in the order in which they are asked, by hardhat-verify's names for them. */
export const EXPLORERS = {
  /** Open, and keeps the sources for everybody else. */
  sourcify: "sourcify",
  blockscout: "blockscout",
  /** Etherscan's for Base. It asks for a key. */
  basescan: "etherscan",
} as const;

export type Explorer = keyof typeof EXPLORERS;

export const EXPLORER_NAMES = Object.keys(EXPLORERS) as Explorer[];
