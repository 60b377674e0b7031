/** The explorers that show verified sources, and what each needs. */
export const EXPLORERS = {
  /** Open, and keeps the sources for everybody else. */
  sourcify: { title: "Sourcify", provider: "sourcify" },
  blockscout: { title: "Blockscout", provider: "blockscout" },
  /** Etherscan's for Base. It asks for a key. */
  basescan: { title: "Basescan", provider: "etherscan" },
} as const;

export type Explorer = keyof typeof EXPLORERS;

/** In the order in which they are asked. */
export const EXPLORER_NAMES = Object.keys(EXPLORERS) as Explorer[];
