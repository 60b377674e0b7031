/** Tells the story of the demo, to a person or to a machine. */
import { styleText } from "node:util";
import { toJson } from "@luxxon/chain/json";
import { getAddress } from "viem";
import { count } from "../../words.ts";
import type { Books, Check } from "./books.ts";
import { addCosts, type Cost, noCost, type Prices, usdOf, weiOf } from "./cost.ts";
import type { Market } from "./market.ts";
import { type Audience, usdcText } from "./story.ts";

export interface Narrator extends Audience {
  begin(market: Market): void;
  /** @param url Where the chain goes on being served, if it does. */
  end(books: Books, checks: Check[], url: string | undefined): void;
}

export function textAudience(prices: Prices): Narrator {
  let steps = 0;
  let total: Cost = noCost;
  const dim = (text: string) => styleText("dim", text);

  return {
    begin(market) {
      console.log(styleText("bold", "A local Base, with Circle's USDC and LuxxonSettlement"));
      for (const [name, value] of addresses(market)) console.log(`   ${name.padEnd(17)} ${value}`);
      const gwei = (wei: bigint) => Number(wei) / 1e9;
      console.log(
        dim(
          `   Costs: L2 gas × ${gwei(prices.l2GasPriceWei)} gwei + the L1 part at ${gwei(prices.l1BaseFeeWei)} gwei; ` +
            `1 ETH = $${prices.ethUsd}`,
        ),
      );
    },
    step(title) {
      steps += 1;
      console.log(`\n${styleText("bold", `${steps}. ${title}`)}`);
    },
    action({ who, what, amount, transactions, ...cost }) {
      total = addCosts(total, cost);
      const money = amount === undefined ? "" : usdcText(amount);
      console.log(`   ${who.padEnd(13)} ${what.padEnd(66)} ${money.padStart(17)}`);
      const several = transactions === 1 ? "" : `${transactions} transactions, `;
      console.log(dim(`   ${" ".repeat(13)} ${several}${costText(cost, prices)}`));
    },
    note(text) {
      console.log(`   ${styleText("cyan", "→")} ${text}`);
    },
    end(books, checks, url) {
      console.log(`\n${styleText("bold", "The books")}`);
      for (const [name, amount] of Object.entries(books)) {
        console.log(`   ${name.padEnd(15)} ${usdcText(amount).padStart(19)}`);
      }
      for (const { rule, left, right, agrees } of checks) {
        const mark = agrees ? styleText("green", "✓") : styleText("red", "✗");
        console.log(`   ${mark} ${rule}${agrees ? "" : `: ${usdcText(left)} is not ${usdcText(right)}`}`);
      }
      const agree = checks.every((check) => check.agrees);
      console.log(agree ? styleText("green", "   The books agree.") : styleText("red", "   The books do NOT agree."));
      console.log(dim(`   All transactions above: ${costText(total, prices)}`));
      if (url !== undefined) {
        console.log(`\nThe chain goes on at ${url} (chain id 84532); Ctrl-C ends it.`);
        console.log("Its accounts are Hardhat's well-known ones, unlocked; the contract is open, with a new relayer.");
      }
    },
  };
}

export function jsonAudience(prices: Prices): Narrator {
  const steps: { title: string; actions: object[]; notes: string[] }[] = [];
  const last = () => {
    const step = steps.at(-1);
    if (step === undefined) throw new Error("the story has not begun");
    return step;
  };
  let contracts: Record<string, string> = {};
  return {
    begin(market) {
      contracts = Object.fromEntries(addresses(market));
    },
    step: (title) => void steps.push({ title, actions: [], notes: [] }),
    action({ who, what, amount: amountMicroUsdc, ...done }) {
      const cost = { costWei: weiOf(done, prices), costUsd: usdOf(done, prices) };
      last().actions.push({ who, what, amountMicroUsdc, ...done, ...cost });
    },
    note: (text) => void last().notes.push(text),
    end(books, checks, url) {
      const agree = checks.every((check) => check.agrees);
      const document = { contracts, prices, steps, booksMicroUsdc: books, checks, agree, url };
      // JSON has no integers of this size: every bigint is a decimal string.
      console.log(toJson(document));
    },
  };
}

function addresses({ settlement, usdc, owner, relayer, guardian, platform }: Market): [string, string][] {
  return [
    ["LuxxonSettlement", getAddress(settlement.address)],
    ["USDC", usdc.address],
    ["owner", owner.account.address],
    ["relayer", relayer.account.address],
    ["guardian", guardian.account.address],
    ["platform wallet", platform.account.address],
  ];
}

function costText(cost: Cost, prices: Prices): string {
  const eth = (wei: bigint) => (Number(wei) / 1e18).toFixed(9);
  const l2Wei = cost.gas * prices.l2GasPriceWei;
  const gas = count(cost.gas);
  return `gas ${gas} · L2 ${eth(l2Wei)} + L1 ${eth(cost.l1FeeWei)} ETH = $${usdOf(cost, prices).toFixed(5)} on Base`;
}
