/** Prints rows with their columns in line: the first `left` to the left, the others, which hold numbers, to the right. */
export function columns(rows: readonly string[][], left = 1): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const aligned = (cell: string, i: number) => (i < left ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0));
  return rows.map((row) => row.map(aligned).join("  ").trimEnd()).join("\n");
}
