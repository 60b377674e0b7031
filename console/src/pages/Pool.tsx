/** The pool: what is in it, putting USDC in, and taking it back. */
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { poolQuery } from "../api/queries.ts";
import { asMicroUsdc, asUsdc, readUsdc } from "../money.ts";
import { Check, NumberField } from "../ui/field.tsx";
import { Card, Problem } from "../ui/show.tsx";
import { feeToTakeOut, feeToTopUp, takeOut, topUp } from "../wallet/pool.ts";
import { Fee, InHandLine } from "./InHand.tsx";
import { useSending } from "./useSending.ts";
import { useWorkspace } from "./workspace.ts";

const PRESETS = [
  ["5", "5 USDC"],
  ["20", "20 USDC"],
  ["100", "100 USDC"],
] as const;
/** After this long a number is shown as old, ms. */
const OLD_AFTER_MS = 30_000;

export function PoolCard() {
  const { id } = useWorkspace();
  const { data: pool, error, dataUpdatedAt } = useQuery(poolQuery(id));
  const [isOpen, setOpen] = useState(false);
  /** The block of the last movement: until the platform has read it, its number is the one before. */
  const [movedAt, setMovedAt] = useState<bigint>();
  const amount = useRef<HTMLInputElement>(null);
  const open = () => {
    setOpen(true);
    // Once it is there.
    setTimeout(() => amount.current?.focus());
  };
  const isBehind = pool !== undefined && movedAt !== undefined && BigInt(pool.lastSyncBlock) < movedAt;
  const isOld = pool !== undefined && dataUpdatedAt - Date.parse(pool.updatedAt) > OLD_AFTER_MS;
  return (
    <Card title="Pool">
      <p className="big">
        <output
          aria-label="Pool balance"
          title={pool === undefined ? undefined : asMicroUsdc(pool.trackedBalance)}
          className={isOld ? "old" : ""}
        >
          {pool === undefined ? "…" : `${asUsdc(pool.trackedBalance)} USDC`}
        </output>
      </p>
      {pool === undefined ? (
        <Problem error={error} />
      ) : (
        <p className="muted">
          {isBehind ? "Your transaction is mined; the platform is about to read its block. " : null}
          As of block {pool.lastSyncBlock}
          {isOld ? ": old, the platform has not read the chain since" : null}
        </p>
      )}
      <div className="actions">
        <button type="button" className={isOpen ? "" : "main"} onClick={open}>
          Top up pool
        </button>
        {isOpen ? null : (
          <button type="button" onClick={open}>
            Withdraw
          </button>
        )}
      </div>
      {isOpen ? <Move amountRef={amount} onMoved={setMovedAt} onClose={() => setOpen(false)} /> : null}
    </Card>
  );
}

interface MoveProps {
  amountRef: React.RefObject<HTMLInputElement | null>;
  onMoved: (block: bigint) => void;
  onClose: () => void;
}

function Move({ amountRef, onMoved, onClose }: MoveProps) {
  const [text, setText] = useState("");
  const [wrong, setWrong] = useState<string>();
  const [isStanding, setStanding] = useState(false);
  const { send, isPending, error, reset, status } = useSending(({ block }) => {
    setText("");
    onMoved(block);
  });
  const amount = readUsdc(text);

  const go = (isIn: boolean) => {
    reset();
    setWrong(amount === undefined ? "An amount above zero, such as 5 or 0.25; at most six decimals." : undefined);
    if (amount === undefined) return amountRef.current?.focus();
    send(async (sending) => {
      const movement = { ...sending, amount };
      return isIn
        ? { block: await topUp({ ...movement, isStanding }), words: `${asUsdc(amount)} USDC are in the pool.` }
        : { block: await takeOut(movement), words: `${asUsdc(amount)} USDC are back in your wallet.` };
    });
  };

  return (
    <form
      className="move"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        go(true);
      }}
    >
      <InHandLine />
      <NumberField
        ref={amountRef}
        label="Amount"
        suffix="USDC"
        value={text}
        onValue={(typed) => {
          setText(typed);
          setWrong(undefined);
        }}
        wrong={wrong}
        presets={PRESETS}
      />
      <Check
        label="Let the contract take later top-ups too"
        hint="Then each needs one confirmation. Only you can start one: the contract never takes USDC by itself."
        checked={isStanding}
        onChange={({ target }) => setStanding(target.checked)}
      />
      {isPending ? null : (
        <div className="fees">
          <Fee
            to={isStanding ? "to approve and deposit" : "to deposit"}
            of={amount}
            ask={(asking, amount) => feeToTopUp({ ...asking, amount, isStanding })}
          />
          <Fee to="to withdraw" of={amount} ask={(asking, amount) => feeToTakeOut({ ...asking, amount })} />
        </div>
      )}
      <div className="actions">
        <button type="submit" className="main" disabled={isPending}>
          Deposit
        </button>
        <button type="button" disabled={isPending} onClick={() => go(false)}>
          Withdraw
        </button>
        <button type="button" className="quiet" disabled={isPending} onClick={onClose}>
          Close
        </button>
      </div>
      <p role="status">{status}</p>
      <Problem error={error} />
    </form>
  );
}
