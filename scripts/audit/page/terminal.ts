/** Sets text for a terminal, 100 columns wide. Colours are left out where nobody would see them. */
import { styleText } from "node:util";

export const COLUMNS = 100;

export const heading = (text: string) => styleText("bold", text);

/** A name and what it stands for, on a line. */
export const pair = (name: string, value: string, width: number) => `  ${name.padEnd(width)}${value}`;

/** @param holds undefined: nothing was there to hold. */
export function mark(holds: boolean | undefined): string {
  if (holds === undefined) return styleText("dim", "–");
  return holds ? styleText("green", "✓") : styleText("red", "✗");
}

/** Text in lines of at most `columns`, each indented; words longer than a line are left whole. */
export function wrapped(text: string, indent: number, columns = COLUMNS): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.replaceAll(/\p{Cc}+/gu, " ").split(" ")) {
    if (line !== "" && indent + line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].map((one) => " ".repeat(indent) + one);
}

/** The same, with something else in the first line's indent. */
export function hung(lead: string, text: string, indent: number, columns = COLUMNS): string[] {
  const [first = "", ...more] = wrapped(text, indent, columns);
  return [lead + first.trimStart(), ...more];
}
