/** Draws what one payee earned over time, small enough for a line of a table. */
import { usdcWords } from "../../../words.ts";
import { type Html, html } from "../../page/html.ts";
import type { Course } from "../flows.ts";
import type { Period, Unit } from "../periods.ts";

/** Of a drawing that is stretched to its place. */
const [STEP, BAR, HEIGHT] = [10, 8, 100];

/** A bar a period, on the payee's own scale; what was credited stands on top of what was paid at once. */
export function courseDrawing(course: Course, periods: readonly Period[], unit: Unit): Html | undefined {
  const most = course.reduce((so, { earned }) => (earned > so ? earned : so), 0n);
  if (most === 0n) return undefined;
  const heightOf = (amount: bigint) => Number((amount * BigInt(HEIGHT * 10)) / most) / 10;
  const bars = { paid: "", credited: "" };
  for (const [i, { earned, credited }] of course.entries()) {
    if (earned === 0n) continue;
    const [paid, owed] = [heightOf(earned - credited), heightOf(credited)];
    if (paid > 0) bars.paid += bar(i, 0, paid);
    if (owed > 0) bars.credited += bar(i, paid, owed);
  }
  const best = periods[course.findIndex(({ earned }) => earned === most)]?.date;
  const words = `earned by the ${unit}; the most ${usdcWords(most)}, ${unit === "day" ? "on" : `in the ${unit} from`} ${best}`;
  return html`<svg class="course" role="img" aria-label="${words}" preserveAspectRatio="none" viewBox="0 0 ${course.length * STEP} ${HEIGHT}"><path class="paid" d="${bars.paid}"/><path class="credited" d="${bars.credited}"/></svg>`;
}

function bar(period: number, from: number, height: number): string {
  return `M${period * STEP} ${tenths(HEIGHT - from)}v${tenths(-height)}h${BAR}v${tenths(height)}z`;
}

/** A tenth is less than anybody sees. */
const tenths = (number: number) => Number(number.toFixed(1));
