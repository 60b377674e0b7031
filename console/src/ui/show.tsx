/** Shows the small things that every page is made of: amounts, addresses, times, states, problems. */
import { type ReactNode, useState } from "react";
import { ApiError } from "../api/client.ts";
import { useMe } from "../api/queries.ts";
import { tell } from "../api/remedies.ts";
import { asMicroUsdc, asUsdc, type MicroUsdc } from "../money.ts";

/** An amount as people write it; the exact one on hover. */
export function Usdc({ amount, sign = false }: { amount: MicroUsdc; sign?: boolean }) {
  const plus = sign && BigInt(amount) > 0n ? "+" : "";
  return (
    <span className="amount" title={asMicroUsdc(amount)}>
      {plus}
      {asUsdc(amount)} <span className="unit">USDC</span>
    </span>
  );
}

/** An address or a hash, shortened; whole on hover and for whoever copies it. */
export function Hash({ value, href }: { value: string; href?: string | undefined }) {
  const short = `${value.slice(0, 6)}…${value.slice(-4)}`;
  if (href === undefined)
    return (
      <code className="hash" title={value}>
        {short}
      </code>
    );
  return (
    <a className="hash" href={href} title={value} target="_blank" rel="noreferrer">
      <code>{short}</code>
    </a>
  );
}

const TIME = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });

export function Time({ at }: { at: string | null | undefined }) {
  if (at === null || at === undefined) return <span className="muted">never</span>;
  return (
    <time dateTime={at} title={at}>
      {TIME.format(new Date(at))}
    </time>
  );
}

export function State({ value }: { value: string }) {
  return <span className={`state state-${value.toLowerCase()}`}>{value}</span>;
}

/** What went wrong, and what to do about it. */
export function Problem({ error }: { error: unknown }) {
  const me = useMe();
  if (error === null || error === undefined) return null;
  // Said while nobody was signed in, and somebody is.
  if (me && error instanceof ApiError && error.code === "NOT_AUTHENTICATED") return null;
  const { happened, remedy, reference } = tell(error);
  return (
    <div className="problem" role="alert">
      <strong>{happened}</strong> {remedy}
      {reference === undefined ? null : (
        <>
          {" "}
          <small>
            Reference <code>{reference}</code>
          </small>
        </>
      )}
    </div>
  );
}

export function Copy({ text, what }: { text: string; what: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  return (
    <button type="button" className="quiet" onClick={() => void copy()}>
      {isCopied ? "Copied" : `Copy ${what}`}
    </button>
  );
}

export function Card({ title, children, aside }: { title: ReactNode; children: ReactNode; aside?: ReactNode }) {
  return (
    <section className="card">
      <header>
        <h2>{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  );
}

export function Waiting({ children = "Loading …" }: { children?: ReactNode }) {
  return (
    <p className="muted" role="status">
      {children}
    </p>
  );
}
