/** What `npm run load` measures, one after the other. */
export const PARTS = ["api", "steady", "read", "burst", "relayer"] as const;
export type Part = (typeof PARTS)[number];
