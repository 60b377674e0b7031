/** Tells what the demo does: for people as it happens, for programs as one document at the end. */

interface Told {
  title: string;
  exchanges: { curl: string; status: number; answer: unknown }[];
  notes: string[];
}

const LONGEST_LINE = 150;

export function openTeller(isJson: boolean) {
  const steps: Told[] = [];
  const told = () => steps.at(-1);
  const print = (text = "") => {
    if (!isJson) console.log(text);
  };
  return {
    step(title: string) {
      steps.push({ title, exchanges: [], notes: [] });
      print(`\n${steps.length}. ${title}\n`);
    },
    exchange(curl: string, status: number, answer: unknown) {
      told()?.exchanges.push({ curl, status, answer });
      print(`  ${curl}\n`);
      print(`  ${status}  ${shown(answer)}\n`);
    },
    note(text: string) {
      told()?.notes.push(text);
      print(indented(text));
    },
    check(what: string, agrees: boolean, details: string) {
      print(`  ${agrees ? "✔" : "✘"} ${what.padEnd(56)} ${details}`);
    },
    end(checks: readonly { what: string; agrees: boolean; details: string }[]) {
      const wrong = checks.filter(({ agrees }) => !agrees);
      if (isJson) console.log(JSON.stringify({ steps, checks, agrees: wrong.length === 0 }, undefined, 2));
      print(
        wrong.length === 0
          ? "\nMeter, payload, event, balances and audit agree."
          : `\n${wrong.length} of ${checks.length} do not agree.`,
      );
    },
  };
}

/** What an answer holds, a field a line. */
function shown(answer: unknown): string {
  const data = (answer as { data?: unknown }).data ?? answer;
  if (typeof data !== "object" || data === null) return String(data);
  const lines = Object.entries(data).map(([name, value]) =>
    cut(`${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`),
  );
  return lines.join("\n       ");
}

function cut(line: string): string {
  const one = line.replaceAll("\n", " ⏎ ");
  return one.length > LONGEST_LINE ? `${one.slice(0, LONGEST_LINE - 1)}…` : one;
}

function indented(text: string): string {
  return text
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n");
}
