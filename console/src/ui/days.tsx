/** Amounts by day as bars, and as a table for whoever cannot see bars. */
import { asUsdc } from "../money.ts";
import { Usdc } from "./show.tsx";

export interface Day {
  /** ISO 8601. */
  date: string;
  amount: bigint;
}

export function Days({ title, days }: { title: string; days: readonly Day[] }) {
  const most = days.reduce((most, { amount }) => (amount > most ? amount : most), 1n);
  const total = days.reduce((sum, { amount }) => sum + amount, 0n);
  return (
    <figure className="days">
      <figcaption>
        {title}: <Usdc amount={total} /> in {days.length} days (UTC)
      </figcaption>
      <svg
        viewBox={`0 0 ${days.length * 20} 64`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${title}, day by day`}
      >
        {days.map(({ date, amount }, index) => {
          // Whole parts of sixty: what is drawn need not be exact, and no amount becomes a float.
          const height = amount === 0n ? 1 : Math.max(2, Number((amount * 60n) / most));
          return (
            <rect key={date} x={index * 20 + 2} y={62 - height} width={16} height={height}>
              <title>{`${date}: ${asUsdc(amount)} USDC`}</title>
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
            {days.map(({ date, amount }) => (
              <tr key={date}>
                <th scope="row">{date}</th>
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
