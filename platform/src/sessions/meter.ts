/** Counts what is charged: whole seconds from start to end without those in which the picture was away. */

export interface Window {
  readonly openedAt: Date;
  /** Null: still open; it ends with the session. */
  readonly closedAt: Date | null;
}

export interface MeterOptions {
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly windows: readonly Window[];
  readonly maxDurationSeconds: number;
}

/** `clamp(floor((endedAt − startedAt − ∪ windows) / 1 s), 0, maxDurationSeconds)` */
export function cleanSeconds({ startedAt, endedAt, windows, maxDurationSeconds }: MeterOptions): number {
  const [start, end] = [startedAt.getTime(), endedAt.getTime()];
  const away = windows
    .map(({ openedAt, closedAt }) => ({
      from: Math.max(openedAt.getTime(), start),
      to: Math.min(closedAt?.getTime() ?? end, end),
    }))
    .filter(({ from, to }) => from < to)
    .sort((a, b) => a.from - b.from);
  let clean = end - start;
  let counted = start;
  for (const { from, to } of away) {
    // What another window has counted already is not counted again.
    clean -= Math.max(0, to - Math.max(from, counted));
    counted = Math.max(counted, to);
  }
  return Math.min(Math.max(Math.floor(clean / 1_000), 0), maxDurationSeconds);
}
