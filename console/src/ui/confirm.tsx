/** A button for what cannot be taken back: it asks once more, in its own place. */
import { type ReactNode, useState } from "react";

interface ConfirmProps {
  /** What it says at first; and to those who hear it, `of`. */
  first: string;
  of: string;
  /** What it says when it is about to happen. */
  second: string;
  disabled?: boolean;
  onConfirm: () => void;
  children?: ReactNode;
}

export function Confirm({ first, of, second, disabled, onConfirm, children }: ConfirmProps) {
  const [isSure, setSure] = useState(false);
  if (!isSure)
    return (
      <button type="button" disabled={disabled} onClick={() => setSure(true)} aria-label={`${first} ${of}`}>
        {first}
      </button>
    );
  return (
    <>
      {children}
      <button
        type="button"
        className="danger"
        disabled={disabled}
        onClick={() => {
          setSure(false);
          onConfirm();
        }}
      >
        {second}
      </button>
      <button type="button" className="quiet" onClick={() => setSure(false)}>
        Leave it
      </button>
    </>
  );
}
