/** Amounts by day as bars, and as a table for whoever cannot see bars. */
import { DAY_MS, DAYS } from "../api/queries.ts";
import { asUsdc } from "../money.ts";
import { Usdc } from "./show.tsx";

export interface Dated {
  /** ISO 8601. */
  at: string;
  amount: bigint;
}

export function Days({ title, entries }: { title: string; entries: readonly Dated[] }) {
  const days = sums(entries, new Date());
  const most = days.reduce((most, { amount }) => (amount > most ? amount : most), 1n);
  const total = days.reduce((sum, { amount }) => sum + amount, 0n);
  return (
    <figure className="days">
      <figcaption>
        {title}: <Usdc amount={total} /> in {DAYS} days (UTC)
      </figcaption>
      <svg viewBox={`0 0 ${DAYS * 20} 64`} preserveAspectRatio="none" role="img" aria-label={`${title}, day by day`}>
        {days.map(({ day, amount }, index) => {
          // Whole parts of sixty: what is drawn need not be exact, and no amount becomes a float.
          const height = amount === 0n ? 1 : Math.max(2, Number((amount * 60n) / most));
          return (
            <rect key={day} x={index * 20 + 2} y={62 - height} width={16} height={height}>
              <title>{`${day}: ${asUsdc(amount)} USDC`}</title>
            </rect>
          );
        })}
      </svg>
      <details>
        <summary>As a table</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">Day</th>
              <th scope="col">{title}</th>
            </tr>
          </thead>
          <tbody>
            {days.map(({ day, amount }) => (
              <tr key={day}>
                <th scope="row">{day}</th>
                <td>
                  <Usdc amount={amount} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}

/** Of the last days, today included; a day without anything is there with 0. */
function sums(entries: readonly Dated[], now: Date) {
  const byDay = new Map<string, bigint>();
  for (const { at, amount } of entries) byDay.set(at.slice(0, 10), (byDay.get(at.slice(0, 10)) ?? 0n) + amount);
  return Array.from({ length: DAYS }, (_, index) => {
    const day = new Date(now.getTime() - (DAYS - 1 - index) * DAY_MS).toISOString().slice(0, 10);
    return { day, amount: byDay.get(day) ?? 0n };
  });
}
