/** Describes what report.json is made of. The JSON Schema that is published comes from this description. */

import { refusals } from "@luxxon/contracts-abi";
import { z } from "zod";
import type { Audit } from "../types.ts";
import type { BelowMeter } from "./belowMeter.ts";

/** As JSON says it: amounts and block numbers as decimal digits, what is not known as null. */
export type Json<T> = T extends bigint
  ? string
  : T extends undefined
    ? null
    : T extends string | number | boolean | null
      ? T
      : T extends readonly (infer Item)[]
        ? Json<Item>[]
        : { [Key in keyof T]: Json<T[Key]> };

export type ReportFile = { format: typeof FORMAT; formatVersion: typeof FORMAT_VERSION } & Json<
  Audit & { belowMeter: BelowMeter[] }
>;

export const FORMAT = "luxxon-settlement-audit";
/** Changes when a reader of the format before would go wrong. */
export const FORMAT_VERSION = 1;

const hex = (bytes: number) => z.templateLiteral(["0x", z.string().regex(new RegExp(`^[0-9a-fA-F]{${bytes * 2}}$`))]);
const address = hex(20).meta({ id: "Address" });
const bytes32 = hex(32).meta({ id: "Bytes32" });
const digits = z.string().regex(/^(0|[1-9]\d*)$/);
/** Sums of a history that was tampered with may fall below zero. */
const microUsdc = z
  .string()
  .regex(/^-?(0|[1-9]\d*)$/)
  .meta({ id: "MicroUsdc", description: "µUSDC (1 USDC = 1,000,000), as decimal digits" });
const blockNumber = digits.meta({ id: "BlockNumber" });
const timestamp = z.int().meta({ id: "Timestamp", description: "Seconds since 1970" });
const whole = z.int().min(0);

const position = { blockNumber, timestamp, transactionHash: bytes32, logIndex: whole };
const paid = z.enum(["transferred", "credited", "nothing"]);

export const reportSchema = z
  .strictObject({
    format: z.literal(FORMAT),
    formatVersion: z.literal(FORMAT_VERSION),
    target: z.strictObject({
      chainId: z.int().min(1),
      chainTitle: z.string(),
      address,
      version: z.string(),
      usdc: address,
      codeHash: bytes32.describe("keccak256 of the code at the address"),
      fromBlock: blockNumber,
      toBlock: blockNumber,
      toBlockHash: bytes32,
      toTimestamp: timestamp,
    }),
    announcedFeeBps: z.int().min(0).max(10_000).nullable().describe("In 1/10,000; null: held against nothing"),
    rules: z.array(
      z.strictObject({
        id: z.string(),
        title: z.string(),
        checked: whole,
        violations: whole,
        unchecked: whole.describe("Transactions that it could not be held against: the endpoint does not trace them"),
      }),
    ),
    reach: z
      .array(
        z.strictObject({
          fact: z.string(),
          basis: z.enum(["proved", "agreed", "believed", "unchecked"]),
          by: z.string(),
        }),
      )
      .describe("How far the verdict reaches: what each kind of fact rests on"),
    violations: z.array(
      z.strictObject({
        rule: z.string(),
        message: z.string(),
        expected: z.string(),
        found: z.string(),
        blockNumber: blockNumber.nullable(),
        transactionHash: bytes32.nullable(),
        sessionId: bytes32.nullable(),
        account: address.nullable(),
      }),
    ),
    belowMeter: z
      .array(
        z.strictObject({
          blockNumber,
          transactionHash: bytes32,
          sessionId: bytes32,
          from: address,
          to: address,
          feeTo: address,
          meter: microUsdc.describe("Rate × seconds"),
          charged: microUsdc,
          missing: microUsdc.describe("meter − charged: operator and platform lose it"),
        }),
      )
      .describe("Sessions that were charged less than their meter; no rule is broken"),
    accounts: z.array(
      z.strictObject({
        account: address,
        deposited: microUsdc,
        withdrawn: microUsdc,
        charged: microUsdc,
        earned: microUsdc,
        claimed: microUsdc,
        deposits: microUsdc.describe("As the chain says at toBlock"),
        credits: microUsdc.describe("As the chain says at toBlock"),
      }),
    ),
    days: z.array(
      z.strictObject({
        date: z.string().regex(/^\d{4}-\d\d-\d\d$/),
        settled: microUsdc,
        fees: microUsdc,
        sessions: whole,
        skipped: whole,
        deposited: microUsdc,
        withdrawn: microUsdc,
        totalDeposits: microUsdc,
        totalCredits: microUsdc,
      }),
    ),
    end: z.strictObject({
      totalDeposits: microUsdc,
      totalCredits: microUsdc,
      surplus: microUsdc,
      usdcBalance: microUsdc,
      poolDailyLimit: microUsdc.describe("0: no limit"),
      defaultDailyLimit: microUsdc.describe("0: no limit"),
      paused: z.boolean(),
      owner: address,
      relayer: address,
      guardian: address,
      platformWallet: address,
    }),
    notes: z.array(z.string()).optional().describe("How the history was read, a sentence each"),
    changes: z.array(z.strictObject({ ...position, event: z.string(), sender: address, text: z.string() })),
    movements: z.array(
      z.strictObject({
        ...position,
        kind: z.enum(["Deposited", "Withdrawn", "PayoutCredited", "CreditClaimed", "Rescued"]),
        account: address,
        amount: microUsdc,
      }),
    ),
    transactions: z.array(
      z.strictObject({
        ...position,
        relayer: address,
        settled: whole,
        skipped: whole,
        gasUsed: digits,
        through: address.optional().describe("The contract that was called, if not LuxxonSettlement itself"),
      }),
    ),
    settlements: z.array(
      z.strictObject({
        ...position,
        sessionId: bytes32,
        from: address,
        to: address,
        toAmount: microUsdc,
        feeAmount: microUsdc,
        ratePerSecond: microUsdc,
        chargeableSeconds: digits,
        operatorPaid: paid,
        platformPaid: paid,
        feeTo: address,
      }),
    ),
    skipped: z.array(
      z.strictObject({
        ...position,
        sessionId: bytes32,
        reason: z.enum(refusals),
        from: address,
        to: address,
        toAmount: microUsdc,
        feeAmount: microUsdc,
      }),
    ),
  })
  .meta({
    title: "Audit of a LuxxonSettlement contract",
    description: "Written by `npm run audit -- --out FOLDER` as report.json.",
  }) satisfies z.ZodType<ReportFile, unknown>;

/** The JSON Schema of report.json (draft 2020-12). */
export function reportJsonSchema(): object {
  return z.toJSONSchema(reportSchema);
}
