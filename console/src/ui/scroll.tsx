/** Holds a table that may be wider than the page. */
import type { ReactNode } from "react";

export function Scroll({ title, children }: { title: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no mouse scrolls it by the arrow keys.
    <section className="scroll" aria-label={title} tabIndex={0}>
      {children}
    </section>
  );
}
