/** Writes the table of faults as the docs carry it, and says what in it is not as recorded. */
import type { Suite } from "./faults.ts";
import type { Row } from "./tryFaults.ts";

export function markdown(rows: Row[], suites: readonly Suite[]): string {
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  return [
    line(["fault", ...suites, "all together"]),
    line(Array.from({ length: suites.length + 2 }, () => "---")),
    ...rows.map(({ fault, findings }) => {
      const said = suites.map((suite) => findings[suite]);
      const by = said.filter((finding) => finding?.noticed).length;
      const together = by === 0 ? "NOT SEEN" : `seen by ${by} of ${suites.length}`;
      return line([fault.fault, ...said.map((finding) => finding?.words ?? "not run"), together]);
    }),
  ].join("\n");
}

/** A line for each fault that got past everything, and for each suite that said something else than is recorded. */
export function problemsOf(rows: Row[], suites: readonly Suite[]): string[] {
  return rows.flatMap(({ fault, findings }) => {
    const problems: string[] = [];
    const said = suites.flatMap((suite) => {
      const finding = findings[suite];
      return finding === undefined ? [] : [{ suite, ...finding }];
    });
    for (const { suite, noticed } of said) {
      const isRecorded = fault.noticedBy.includes(suite);
      if (noticed && !isRecorded) problems.push(`${fault.name}: ${suite} noticed it, which is not recorded.`);
      if (!noticed && isRecorded) problems.push(`${fault.name}: ${suite} did not notice it, as it once did.`);
    }
    if (!said.some(({ noticed }) => noticed)) problems.push(`${fault.name}: nothing noticed it.`);
    return problems;
  });
}
