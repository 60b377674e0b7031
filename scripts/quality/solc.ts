/** The compiler from npm, typed as far as proofs need it. */
import { createRequire } from "node:module";

export interface Message {
  severity: "error" | "warning" | "info";
  errorCode?: string;
  message: string;
  formattedMessage: string;
  sourceLocation?: { file: string; start: number };
  secondarySourceLocations?: { message: string }[];
}

interface Output {
  errors?: Message[];
  sources?: Record<string, { ast: unknown }>;
}

interface Callbacks {
  import?: (path: string) => { contents: string } | { error: string };
  smtSolver?: (query: string) => { contents: string } | { error: string };
}

const solc = createRequire(import.meta.url)("solc") as { compile(input: string, callbacks?: Callbacks): string };

export function compile(input: object, callbacks?: Callbacks): Output {
  return JSON.parse(solc.compile(JSON.stringify(input), callbacks)) as Output;
}
