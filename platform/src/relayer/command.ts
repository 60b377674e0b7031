/** `npm run relayer`: the operator of the platform looks how settling goes, and steps in. */
import { userInfo } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { UsageError } from "@luxxon/chain/usageError";
import { formatEther, formatGwei, formatUnits, type Hash } from "viem";
import { closeAlarm } from "../alarms.ts";
import { systemClock } from "../clock.ts";
import type { Database } from "../db/database.ts";
import { runOperatorCommand, textTable } from "../operator.ts";
import { type WriteOffOutcome, writeOff } from "../settlements/writeOff.ts";
import { feesAbove } from "./fees.ts";
import { order, orderReplacement, type Said } from "./orders.ts";
import { concerns, type FlyingBatch, type RelayerStatus, readStatus } from "./status.ts";

const HELP = `Shows how settling goes, and lets a person step in.

  npm run relayer -- status                 what is due and in flight, who works, the signer's ETH, open alarms
  npm run relayer -- pause                  nothing more is signed once this returns; what is in flight is seen to its end
  npm run relayer -- resume                 goes on
  npm run relayer -- replace NONCE          pays more, at once, for the lowest nonce that is not mined; up to MAX_FEE_GWEI
  npm run relayer -- write-off SESSION --reason TEXT
                                            gives up what the contract refuses: it is not tried again, and is in /books for
                                            everybody, with who and why, for ever
  npm run relayer -- close ALARM --reason TEXT
                                            somebody has looked; what is still so is raised anew

  --reason  why; of a write-off it is public
  --by      who you are; default: your name on this machine. Of a write-off it is public
  --json    JSON on stdout (npm run --silent relayer -- status --json, so that npm prints nothing of its own)
  --help    this text

Works on the database that DATABASE_URL names; else on that of the platform that npm start runs (in LUXXON_STATE_DIR;
default: .luxxon in this folder). The relayer reads its orders there, on whatever machine it is.

Exit code: 0 if it is so now (status: all is well), 1 if it cannot be (status: somebody has to look), 2 if you can put it right.`;

const VERBS = {
  status: { takes: undefined, needsReason: false },
  pause: { takes: undefined, needsReason: false },
  resume: { takes: undefined, needsReason: false },
  replace: { takes: "a nonce", needsReason: false },
  "write-off": { takes: "the id of a session", needsReason: true },
  close: { takes: "the number of an alarm", needsReason: true },
} as const;
type Verb = keyof typeof VERBS;
const NAMES = Object.keys(VERBS).join(", ");

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
const NUMBER = /^\d{1,15}$/;
/** How long to wait for the relayer to do what it was told, ms. */
const PATIENCE_MS = 15_000;

/** What a verb has done: for people, and as JSON. */
interface Answer {
  code: 0 | 1;
  text: string;
  json: object;
}

await runOperatorCommand({
  help: HELP,
  flags: { reason: { type: "string" }, by: { type: "string" }, json: { type: "boolean", default: false } },
  missing: "orders for the relayer",
  check({ values, positionals: [verb, subject, ...rest] }) {
    if (verb === undefined) throw new UsageError(`What? ${NAMES}; see --help.`);
    if (!isVerb(verb)) throw new UsageError(`There is no "${verb}": ${NAMES}; see --help.`);
    const { takes, needsReason } = VERBS[verb];
    if (rest.length > 0 || (takes === undefined && subject !== undefined))
      throw new UsageError(`${verb} takes ${takes ?? "nothing"} and no more; see --help.`);
    const isGood = verb === "write-off" ? UUID.test(subject ?? "") : takes === undefined || NUMBER.test(subject ?? "");
    if (!isGood) throw new UsageError(`${verb} takes ${takes}${subject ? `, not "${subject}"` : ""}; see --help.`);
    if (needsReason && !values.reason?.trim()) throw new UsageError(`${verb} takes --reason; see --help.`);
  },
  async act(db, { values, positionals: [verb, subject = ""] }) {
    const said: Said = { by: values.by?.trim() || userInfo().username, reason: values.reason?.trim() || undefined };
    const { code, text, json } = await answerTo(db, verb as Verb, subject, said);
    if (values.json) console.log(JSON.stringify(json, plain, 2));
    else if (code === 0 || verb === "status") console.log(text);
    else console.error(text);
    return code;
  },
});

function isVerb(verb: string): verb is Verb {
  return Object.hasOwn(VERBS, verb);
}

/** Amounts, nonces and blocks as decimal strings. */
function plain(_name: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}

async function answerTo(db: Database, verb: Verb, subject: string, said: Said): Promise<Answer> {
  const now = systemClock.now();
  if (verb === "status") return statusAnswer(await readStatus(db, now));
  if (verb === "pause" || verb === "resume") {
    const isNew = await order(db, verb, said, now);
    const state = verb === "pause" ? "paused" : "at work";
    return {
      code: 0,
      text: isNew ? `The relayer is ${state} now.` : `The relayer was ${state} already.`,
      json: { isPaused: verb === "pause", isNew, ...said },
    };
  }
  if (verb === "replace") return await replace(db, BigInt(subject), said);
  const { by, reason = "" } = said;
  if (verb === "write-off")
    return writeOffAnswer(subject, await writeOff(db, subject.toLowerCase(), { by, reason }, now));
  const closed = await closeAlarm(db, BigInt(subject), { by, reason }, now);
  return closed === undefined
    ? { code: 1, text: `There is no open alarm ${subject}.`, json: { closed: null } }
    : { code: 0, text: `Closed: ${closed.kind} ${closed.subject}.`, json: { closed: { ...closed, by, reason } } };
}

async function replace(db: Database, nonce: bigint, said: Said): Promise<Answer> {
  const no = (text: string): Answer => ({ code: 1, text, json: { replaced: null, why: text } });
  const status = await readStatus(db, systemClock.now());
  const { signer, inFlight, pausedBy, lease } = status;
  const lowest = inFlight.find((it) => it.nonce >= (signer?.usedNonces ?? 0n));
  const batch = inFlight.find((it) => it.nonce === nonce);
  if (batch === undefined) return no(`No batch in flight has nonce ${nonce}.`);
  if (lowest === undefined || nonce < lowest.nonce) return no(`Nonce ${nonce} is mined: nothing is left to replace.`);
  if (nonce > lowest.nonce) return no(`Nonce ${nonce} waits for nonce ${lowest.nonce}: replace that one.`);
  if (pausedBy !== null) return no(`${pausedBy.by} has paused the relayer: resume it first.`);
  if (lease === null) return no("No relayer works: start one first.");
  const fee = { maxFeePerGas: batch.maxFeePerGasWei, maxPriorityFeePerGas: 0n };
  const ceiling = signer?.feeCeilingWei ?? 0n;
  if (feesAbove(fee, fee, ceiling) === undefined)
    return no(
      `Nonce ${nonce} offers ${formatGwei(batch.maxFeePerGasWei)} gwei already, and MAX_FEE_GWEI is ${formatGwei(ceiling)}: raise that first.`,
    );
  await orderReplacement(db, batch.hash, said, systemClock.now());
  const next = await successorOf(db, batch.hash, nonce);
  if (next === undefined)
    return no(
      `Nonce ${nonce} is not replaced yet: the relayer does so as soon as the chain moves and its ceiling allows; see status.`,
    );
  if (next === "mined") return { code: 0, text: `Nonce ${nonce} is mined.`, json: { replaced: null, why: "mined" } };
  return {
    code: 0,
    text: `Nonce ${nonce} is replaced: ${next.hash} offers ${formatGwei(next.maxFeePerGasWei)} gwei, not ${formatGwei(batch.maxFeePerGasWei)}.`,
    json: { replaced: next, ...said },
  };
}

/** What the relayer has made of the order. */
async function successorOf(db: Database, hash: Hash, nonce: bigint): Promise<FlyingBatch | "mined" | undefined> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(250)) {
    const { inFlight } = await readStatus(db, systemClock.now());
    const batch = inFlight.find((it) => it.nonce === nonce);
    if (batch === undefined) return "mined";
    if (batch.hash !== hash) return batch;
  }
  return undefined;
}

function writeOffAnswer(session: string, result: WriteOffOutcome): Answer {
  if (result.outcome === "done") {
    const { writtenOff } = result;
    const amount = formatUnits(writtenOff.amountMicroUsdc, 6);
    return {
      code: 0,
      text: `Written off: ${amount} USDC of session ${session}, which the contract refused (${writtenOff.refusal}). It is in /books now.`,
      json: { writtenOff },
    };
  }
  const why = {
    unknown: `Session ${session} has nothing to settle.`,
    already: `Session ${session} was written off before; that stays as it is.`,
    flying: `Session ${session} is in a transaction, or settled: nothing is left to write off.`,
    due: `The contract has not refused session ${session}: it is about to be settled.`,
  }[result.outcome];
  return { code: 1, text: why, json: { writtenOff: null, why } };
}

function statusAnswer(status: RelayerStatus): Answer {
  const { at, pausedBy, lease, signer, budget, due, refused, inFlight, lastMined, writtenOff, alarms } = status;
  const why = concerns(status);
  const ago = (then: Date) => age(at.getTime() - then.getTime());
  const usdc = (amount: bigint) => `${formatUnits(amount, 6)} USDC`;
  const rows: string[][] = [
    ["state", why.length === 0 ? "works, all is well" : why.join("; ")],
    ...(pausedBy === null ? [] : [["paused", `${ago(pausedBy.at)} ago: ${pausedBy.reason ?? "no reason given"}`]]),
    ["lease", lease === null ? "nobody's" : `${lease.holder}, fence ${lease.fence}`],
    [
      "due",
      due.oldestEndedAt === null
        ? "nothing"
        : `${sessions(due.sessions)}, ${usdc(due.amountMicroUsdc)}, oldest ${ago(due.oldestEndedAt)}`,
    ],
    ...refused.map((it) => [
      "  refused",
      `${it.refusal}: ${sessions(it.sessions)}, ${usdc(it.amountMicroUsdc)}, oldest ${ago(it.oldestEndedAt)}`,
    ]),
    [
      "in flight",
      inFlight.length === 0 ? "nothing" : `${inFlight.length} ${inFlight.length === 1 ? "batch" : "batches"}`,
    ],
    ...inFlight.map((it) => [
      `  nonce ${it.nonce}`,
      `batch ${it.batch}, ${sessions(it.sessions)}, signed ${ago(it.signedAt)} ago, version ${it.versions} at ${formatGwei(it.maxFeePerGasWei)} gwei: ${it.hash}`,
    ]),
    [
      "last mined",
      lastMined === null
        ? "nothing yet"
        : `batch ${lastMined.batch}, nonce ${lastMined.nonce}, ${sessions(lastMined.sessions)}, block ${lastMined.block}${lastMined.gasUsed === null ? "" : `, ${lastMined.gasUsed / BigInt(lastMined.sessions)} gas a session`}: ${lastMined.hash}`,
    ],
    [
      "signer",
      signer === null
        ? "not seen yet"
        : `${signer.address}, nonce ${signer.usedNonces} on chain, ${signer.nextNonce} next`,
    ],
    ...(signer === null || budget === null
      ? []
      : [
          ["  ETH", `${formatEther(signer.balanceWei)}, a day takes ${formatEther(signer.neededADayWei)}`],
          [
            "  gas",
            `${spent(budget.hour)} within an hour, ${spent(budget.day)} within a day (seen ${ago(signer.seenAt)} ago)`,
          ],
        ]),
    [
      "written off",
      writtenOff.sessions === 0 ? "nothing" : `${sessions(writtenOff.sessions)}, ${usdc(writtenOff.amountMicroUsdc)}`,
    ],
    ["alarms", alarms.length === 0 ? "none" : `${alarms.length} open`],
    ...alarms.map((it) => [`  ${it.id}`, `${it.kind}, ${ago(it.raisedAt)} ago: ${it.message}`]),
  ];
  return {
    code: why.length === 0 ? 0 : 1,
    text: textTable(rows),
    json: { isWell: why.length === 0, concerns: why, ...status },
  };
}

function spent({ spentWei, ofWei }: { spentWei: bigint; ofWei: bigint }): string {
  return `${formatEther(spentWei)} of ${formatEther(ofWei)} ETH`;
}

function sessions(count: number): string {
  return `${count} ${count === 1 ? "session" : "sessions"}`;
}

/** "7 s", "12 min", "3 h", "2 d": of two units the larger one is enough to see what is old. */
function age(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} d`;
}
