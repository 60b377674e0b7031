/** The pool: what is in it, putting USDC in, and taking it back. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { api, dataOf } from "../api/client.ts";
import { poolQuery, useConfig } from "../api/queries.ts";
import { asEth, asMicroUsdc, asUsdc, readUsdc } from "../money.ts";
import { Check, TextField } from "../ui/field.tsx";
import { Card, Problem, Usdc, Waiting } from "../ui/show.tsx";
import { contractsOf, inHand, takeOut, topUp } from "../wallet/pool.ts";
import { useWallet } from "../wallet/useWallet.ts";
import { useWorkspace } from "./workspace.ts";

/** In whole USDC. */
const PRESETS = ["5", "20", "100"] as const;
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
  const { id, walletAddress } = useWorkspace();
  const config = useConfig();
  const { clientFor } = useWallet();
  const queries = useQueryClient();
  const [text, setText] = useState("");
  const [wrong, setWrong] = useState<string>();
  const [isStanding, setStanding] = useState(false);
  const [step, setStep] = useState("");
  const [done, setDone] = useState("");

  const { mutate, isPending, error, reset } = useMutation({
    mutationFn: async ({ isIn, amount }: { isIn: boolean; amount: bigint }) => {
      setStep("Asking your wallet …");
      const movement = {
        client: await clientFor(walletAddress),
        contracts: contractsOf(config),
        amount,
        onStep: setStep,
      };
      const block = isIn ? await topUp({ ...movement, isStanding }) : await takeOut(movement);
      return {
        block,
        words: isIn ? `${asUsdc(amount)} USDC are in the pool.` : `${asUsdc(amount)} USDC are back in your wallet.`,
      };
    },
    onSuccess({ block, words }) {
      setDone(words);
      setText("");
      onMoved(block);
    },
    async onSettled() {
      setStep("");
      await Promise.all([
        queries.invalidateQueries({ queryKey: ["wallet", id] }),
        queries.invalidateQueries({ queryKey: ["in hand"] }),
      ]);
    },
  });

  const go = (isIn: boolean) => {
    reset();
    setDone("");
    const amount = readUsdc(text);
    setWrong(amount === undefined ? "An amount above zero, such as 5 or 0.25; at most six decimals." : undefined);
    if (amount === undefined) amountRef.current?.focus();
    else mutate({ isIn, amount });
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
      <TextField
        ref={amountRef}
        label="Amount"
        suffix="USDC"
        inputMode="decimal"
        value={text}
        onChange={({ target }) => setText(target.value)}
        wrong={wrong}
      />
      <div className="presets">
        {PRESETS.map((preset) => (
          <button key={preset} type="button" className="quiet" onClick={() => setText(preset)}>
            {preset} USDC
          </button>
        ))}
      </div>
      <Check
        label="Let the contract take later top-ups too"
        hint="Then each needs one confirmation. Only you can start one: the contract never takes USDC by itself."
        checked={isStanding}
        onChange={({ target }) => setStanding(target.checked)}
      />
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
      <p role="status">{isPending ? step : done}</p>
      <Problem error={error} />
    </form>
  );
}

/** What the wallet has before anything is signed, and where more of it comes from on a local chain. */
function InHandLine() {
  const { walletAddress } = useWorkspace();
  const { address, isOnOtherChain, clientFor } = useWallet();
  const config = useConfig();
  const isMine = address === walletAddress && !isOnOtherChain;
  const { data, error } = useQuery({
    queryKey: ["in hand", walletAddress],
    queryFn: async () => await inHand(await clientFor(walletAddress), contractsOf(config)),
    enabled: isMine,
    refetchInterval: 10_000,
    retry: false,
  });
  if (!isMine)
    return (
      <p className="muted">
        The pool is that of <code>{walletAddress}</code>: connect this wallet to move anything.
      </p>
    );
  if (error !== null) return <Problem error={error} />;
  if (data === undefined) return <Waiting>Asking your wallet what it has …</Waiting>;
  return (
    <div className="inhand">
      <p>
        In your wallet: <Usdc amount={data.usdc} />, and <span title={`${data.wei} wei`}>{asEth(data.wei)} ETH</span>{" "}
        for gas.
      </p>
      <Faucet to={walletAddress} />
    </div>
  );
}

/** On a local chain alone: elsewhere the platform has none. */
function Faucet({ to }: { to: string }) {
  const config = useConfig();
  const queries = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => dataOf(api.POST("/api/v1/faucet", { body: { address: to } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ["in hand"] }),
  });
  if (!config?.chainName.endsWith("(local)")) return null;
  return (
    <>
      <button type="button" className="quiet" onClick={() => mutate()} disabled={isPending}>
        Get 10 test USDC and gas
      </button>
      <Problem error={error} />
    </>
  );
}
