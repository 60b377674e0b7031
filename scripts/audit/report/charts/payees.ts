/** Who was paid most. */
import type { Audit } from "../../types.ts";
import { counted, percent, sameHex, short, usdc, usdcWords } from "../text.ts";
import { usdcNumber } from "./axes.ts";
import { type Chart, COLOR, drawn, notDrawn } from "./draw.ts";
import { bars } from "./skips.ts";

const SHOWN = 12;

export async function payeesChart({ accounts, end }: Audit): Promise<Chart> {
  const payees = accounts
    .filter(({ earned }) => earned > 0n)
    .sort((one, other) => (one.earned < other.earned ? 1 : one.earned > other.earned ? -1 : 0));
  if (payees.length === 0) return notDrawn("payees", "Nobody has been paid yet");
  const all = payees.reduce((sum, { earned }) => sum + earned, 0n);
  const largest = payees.slice(0, SHOWN);
  const top = largest.reduce((sum, { earned }) => sum + earned, 0n);
  const values = largest.map(({ account, earned }) => ({
    payee: sameHex(account, end.platformWallet) ? "platform wallet" : short(account),
    earned: usdcNumber(earned),
    label: usdc(earned),
  }));
  const words = {
    id: "payees",
    title:
      payees.length <= SHOWN
        ? `${counted(payees.length, "payee")} earned ${usdcWords(all)}`
        : `The ${SHOWN} largest of ${counted(payees.length, "payee")} earned ${percent(top, all, 1)} of ${usdcWords(all)}`,
    caption: "USDC earned by sessions, and by fees in the platform wallet's case, whether paid at once or credited.",
  };
  return drawn(words, (size) => bars(values, { category: "payee", value: "earned", color: COLOR.deposited, size }));
}
