/** Seeds that once found a fault, each with what it was; they are played again in every run of the tests. */
export const SEEDS: readonly { seed: number; steps: number; cause: string }[] = [
  { seed: 4, steps: 150, cause: "a log that the endpoint gave twice ended the watcher's turn for ever" },
  { seed: 30, steps: 200, cause: "going back to a block within a window left the first events of that window behind" },
  { seed: 6, steps: 200, cause: "a relayer whose lease had run out took its successor's nonce for a stranger's" },
  {
    seed: 44,
    steps: 200,
    cause: "two looks at nodes that were behind, hours apart, were taken for a stranger's transaction",
  },
  {
    seed: 1_038,
    steps: 120,
    cause: "where a look at one pool failed, other consumers' sessions were ended after the turn had",
  },
];
