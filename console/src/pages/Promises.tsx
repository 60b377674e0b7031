/** What the owner of a pool promises of it: a daily limit of its own, and a hold. */
import { MAX_HOLD } from "@luxxon/contracts-abi";
import { type ComponentProps, type FormEvent, type ReactNode, useRef, useState } from "react";
import { asUsdc, readUsdc } from "../money.ts";
import { NumberField } from "../ui/field.tsx";
import { Card, Problem } from "../ui/show.tsx";
import type { Asking } from "../wallet/pool.ts";
import { feeToHold, feeToLimit, holdFor, limitTo, MOST_LIMIT } from "../wallet/promises.ts";
import { asTime } from "../wallet/words.ts";
import { Fee, NotTheOwner } from "./InHand.tsx";
import { useOnChain } from "./OnChain.tsx";
import { useSending } from "./useSending.ts";

export function PromisesCard() {
  return (
    <Card title="Limit and hold">
      <NotTheOwner />
      <LimitForm />
      <HoldForm />
    </Card>
  );
}

function LimitForm() {
  const { data: account } = useOnChain();
  const { send, ...sending } = useSending();
  const set = (limit: bigint, words: string) => send(async (it) => ({ block: await limitTo({ ...it, limit }), words }));
  return (
    <PromiseForm
      label="Daily limit"
      unit="USDC"
      meaning="The most that sessions may take out of your pool in a day. It holds at once and counts what was taken before: a much lower one may leave no room for a while. During a hold it can only be raised."
      verb="Set limit"
      read={(text) => {
        const limit = readUsdc(text);
        if (limit === undefined) return "An amount above zero, such as 20 or 0.5; at most six decimals.";
        return limit <= MOST_LIMIT ? limit : `The contract keeps limits up to ${asUsdc(MOST_LIMIT)} USDC.`;
      }}
      fee={["to set the limit", (asking, limit) => feeToLimit({ ...asking, limit })]}
      onSend={(limit) => set(limit, `Sessions may take at most ${asUsdc(limit)} USDC a day.`)}
      {...sending}
    >
      {account?.isOwnLimit ? (
        <button
          type="button"
          disabled={sending.isPending}
          onClick={() => set(0n, "The contract's default limit holds for your pool again.")}
        >
          Back to the default
        </button>
      ) : null}
    </PromiseForm>
  );
}

/** By their minutes. */
const HOLDS = [
  ["60", "1 hour"],
  ["240", "4 hours"],
  ["1440", "1 day"],
] as const;
const MOST_MINUTES = MAX_HOLD / 60n;

function HoldForm() {
  const { send, ...sending } = useSending();
  return (
    <PromiseForm
      label="Hold for"
      unit="minutes"
      meaning="Until a hold ends you cannot withdraw, so that whoever streams to you is sure to be paid. It lasts a day at most, and can be made longer but neither shortened nor taken back. It needs a daily limit of your own."
      presets={HOLDS}
      verb="Hold pool"
      read={(text) => {
        const minutes = /^\d{1,6}$/.test(text.trim()) ? BigInt(text.trim()) : 0n;
        if (minutes >= 1n && minutes <= MOST_MINUTES) return minutes;
        return `A whole number of minutes from 1 to ${MOST_MINUTES}, which is a day.`;
      }}
      fee={["to hold", (asking, minutes) => feeToHold({ ...asking, seconds: minutes * 60n })]}
      onSend={(minutes) =>
        send(async (it) => {
          const { block, until } = await holdFor({ ...it, seconds: minutes * 60n });
          return { block, words: `You hold this pool until ${asTime(until)}: no withdrawal before.` };
        })
      }
      {...sending}
    />
  );
}

interface PromiseFormProps {
  label: string;
  unit: string;
  meaning: string;
  presets?: ComponentProps<typeof NumberField>["presets"];
  verb: string;
  /** What was typed; or what is wrong with it. */
  read: (text: string) => bigint | string;
  fee: readonly [to: string, ask: (asking: Asking, value: bigint) => Promise<bigint>];
  onSend: (value: bigint) => void;
  isPending: boolean;
  error: unknown;
  reset: () => void;
  status: string;
  children?: ReactNode;
}

/** A field, what it means, what the network takes for it, and what has come of it. */
function PromiseForm({ label, unit, meaning, presets, verb, read, fee, onSend, ...sending }: PromiseFormProps) {
  const { isPending, error, reset, status, children } = sending;
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState("");
  const [wrong, setWrong] = useState<string>();
  const value = text.trim() === "" ? undefined : read(text);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    reset();
    const value = read(text);
    setWrong(typeof value === "string" ? value : undefined);
    if (typeof value === "string") return field.current?.focus();
    onSend(value);
  };
  return (
    <form className="move" noValidate onSubmit={submit}>
      <NumberField
        ref={field}
        label={label}
        suffix={unit}
        hint={meaning}
        value={text}
        onValue={(typed) => {
          setText(typed);
          setWrong(undefined);
        }}
        wrong={wrong}
        presets={presets}
      />
      {isPending ? null : <Fee to={fee[0]} of={typeof value === "bigint" ? value : undefined} ask={fee[1]} />}
      <div className="actions">
        <button type="submit" disabled={isPending}>
          {verb}
        </button>
        {children}
      </div>
      <p role="status">{status}</p>
      <Problem error={error} />
    </form>
  );
}
