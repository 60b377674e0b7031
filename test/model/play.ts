/** Plays a sequence on the contract and on the model, and compares everything after each step. */

import type { Hex } from "@luxxon/contracts-abi/model";
import { apply } from "@luxxon/contracts-abi/model";
import { accountsOf, booksOf, namesOf, type Questions } from "./books.ts";
import { type Happened, moveClock, perform, readBooks, sign } from "./chain.ts";
import type { Model, Scene } from "./scene.ts";
import { idsOf, type Step, show, signedStep } from "./steps.ts";

/** Where contract and model do not agree. */
export interface Difference {
  /** The step after which it was seen. */
  index: number;
  /** What differs, with both values. */
  what: string;
}

/** A step that both have made, for whoever counts what was reached; the model as it was before, at the step's second. */
export type Witness = (step: Step, happened: Happened, model: Model, before: Model) => void;

export interface Played {
  /** The steps that were played, up to the difference. */
  steps: Step[];
  difference: Difference | undefined;
}

/**
 * How much is read after each step: every account, limit and total always. Of the ids, those that the step names and so
 * many others, in turn; likewise of the accounts that are looked at closer. After the last step, everything.
 */
export interface Thoroughness {
  ids: number;
  closer: number;
}

const QUICK: Thoroughness = { ids: 8, closer: 1 };
const COMPLETE: Thoroughness = { ids: Number.POSITIVE_INFINITY, closer: Number.POSITIVE_INFINITY };
/** A batch may name everybody; so many are looked at closer for being named. */
const NAMED = 3;

/**
 * Plays steps until there are no more, or contract and model disagree.
 *
 * @param next The next steps, given what the model knows: some only make sense together. None: the end.
 */
export async function play(
  scene: Scene,
  next: (model: Model) => readonly Step[] | undefined,
  witness?: Witness,
  { ids: idsInTurn, closer: closerInTurn }: Thoroughness = QUICK,
): Promise<Played> {
  let { model } = scene;
  const steps: Step[] = [];
  const used = new Set<Hex>();
  const accounts = accountsOf(scene.addresses);
  const differ = (what: string): Played => ({ steps, difference: { index: steps.length - 1, what } });

  for (let batch = next(model); batch !== undefined; batch = next(model)) {
    for (const step of batch) {
      steps.push(step);
      const timestamp = model.timestamp + step.wait;
      if (step.wait > 0n) await moveClock(scene, timestamp);
      const signed = await withSignature(scene, step);
      const before = { ...model, timestamp, usdc: model.usdc.with({ timestamp }) };
      const { expected, after } = applyStep(before, signed);
      const happened = await perform(scene, signed, timestamp);
      if (show(happened) !== show(expected)) {
        return differ(differenceOf(happened, expected).join("\n"));
      }
      model = after;
      witness?.(signed, happened, model, before);
      for (const id of idsOf(step)) used.add(id);
      // What reverts changes nothing, by the EVM's own rules, and the next step that does not revert would show it.
      if ("error" in happened) continue;
      const text = show(step);
      const named = accounts.filter((account) => text.includes(account)).slice(0, NAMED);
      const wrong = await compare(scene, model, {
        accounts,
        closer: [...new Set([...named, ...inTurn(accounts, steps.length, closerInTurn)])],
        ids: [...new Set([...idsOf(step), ...inTurn([...used], steps.length, idsInTurn)])],
        probes: step.probe ? [step.probe] : [],
      });
      if (wrong !== undefined) return differ(wrong);
    }
  }
  const wrong = await compare(scene, model, { accounts, closer: accounts, ids: [...used], probes: [] });
  return wrong === undefined ? { steps, difference: undefined } : differ(wrong);
}

/** Plays these steps, and looks at everything after each. */
export function playSteps(scene: Scene, steps: readonly Step[], witness?: Witness): Promise<Played> {
  let given = false;
  const once = () => {
    if (given) return undefined;
    given = true;
    return steps;
  };
  return play(scene, once, witness, COMPLETE);
}

function inTurn<T>(all: readonly T[], turn: number, count: number): readonly T[] {
  if (all.length <= count) return all;
  const start = (turn * count) % all.length;
  return [...all, ...all].slice(start, start + count);
}

async function withSignature(scene: Scene, step: Step): Promise<Step> {
  if (step.sign === undefined) return step;
  const signature = await sign(scene, step.sign);
  scene.signatures.set(signature, step.sign);
  return signedStep(step, signature);
}

/** What the model says of a step: what should happen, and what it then knows. */
export function applyStep(model: Model, step: Step): { expected: Happened; after: Model } {
  const { state, usdc, timestamp } = model;
  if (step.to === "usdc") {
    const answer = usdc.call(step.sender, step.call);
    if ("refused" in answer) return { expected: { error: answer.refused }, after: model };
    const { tokens, transfers } = answer;
    return { expected: { events: [], transfers, returns: undefined }, after: { ...model, usdc: tokens } };
  }
  const outcome = apply(state, step.call, { sender: step.sender, timestamp }, usdc);
  if ("error" in outcome) return { expected: { error: outcome.error }, after: model };
  const { events, transfers, returns } = outcome;
  return {
    expected: { events: [...events], transfers: [...transfers], returns },
    after: { ...model, state: outcome.state, usdc: outcome.tokens },
  };
}

/** What is not the same, as short as it can be said: a batch has hundreds of events. */
function differenceOf(contract: Happened, model: Happened): string[] {
  const brief = (happened: Happened) =>
    "error" in happened ? `reverts with ${happened.error.errorName}${show(happened.error.args)}` : "goes through";
  if ("error" in contract || "error" in model) return [`the contract ${brief(contract)}, the model ${brief(model)}`];
  const one = (what: string, ofContract: unknown, ofModel: unknown) =>
    show(ofContract) === show(ofModel) ? [] : [`${what}: contract ${show(ofContract)}, model ${show(ofModel)}`];
  const each = (what: string, ofContract: readonly unknown[], ofModel: readonly unknown[]) =>
    Array.from({ length: Math.max(ofContract.length, ofModel.length) }, (_, index) =>
      one(`${what} ${index + 1}`, ofContract[index], ofModel[index]),
    ).flat();
  return [
    ...each("event", contract.events, model.events),
    ...each("transfer", contract.transfers, model.transfers),
    ...one("returned", contract.returns, model.returns),
  ];
}

async function compare(scene: Scene, model: Model, questions: Questions): Promise<string | undefined> {
  const expected = booksOf(model, questions);
  const actual = await readBooks(scene, questions);
  if (actual === undefined) return "a view of the contract reverts, and none of the model's does";
  if (expected.length !== actual.length) return `books: ${actual.length} values, and the model has ${expected.length}`;
  if (expected.every((value, index) => value === actual[index])) return undefined;
  const names = namesOf(questions, scene.addresses);
  const wrong = expected.flatMap((value, index) =>
    value === actual[index] ? [] : [`${names[index]}: contract ${actual[index]}, model ${value}`],
  );
  return wrong.join("\n");
}
