/** Writes docs/platform/conformance.md: what each of the 35 operations was brought to answer. */
import type { Answered } from "./client.ts";
import { PUBLIC_OPERATIONS } from "./operations.ts";

export const PAGE_FILE = "docs/platform/conformance.md";

const HEAD = `# Conformance

Written by \`npm run conformance\`, which starts a platform and brings each of the public platform's 35 operations to each
status that the published document has for it, by a client that is made of that document
(\`platform/test/conformance/\`); \`npm test\` does the same and compares. Every answer is held against its schema.

A cell has the codes that came; ✓ is success. Besides, every operation answers 405 with \`Allow\` to other methods, 408 to
who is too slow and 431 to headers of more than 16 KiB ([how requests are refused](../../platform/test/api/badRequests.test.ts)).
`;

export function pageOf(answered: Answered): string {
  const columns = [...new Set([...answered.values()].flatMap((statuses) => [...statuses.keys()]))].sort(
    (a, b) => a - b,
  );
  const successes = columns.filter((status) => status < 300);
  const errors = columns.filter((status) => status >= 400);
  const rows = PUBLIC_OPERATIONS.map(({ method, path }) => {
    const statuses = answered.get(`${method} /api/v1${path}`);
    const success = successes.filter((status) => statuses?.has(status)).map((status) => `${status} ✓`);
    const cells = errors.map((status) =>
      [...(statuses?.get(status) ?? [])]
        .sort()
        .map((code) => `\`${code}\``)
        .join(" "),
    );
    return `| \`${method} ${path}\` | ${[success.join(" "), ...cells].join(" | ")} |`;
  });
  return [
    HEAD,
    `| operation | success | ${errors.join(" | ")} |`,
    `|${" --- |".repeat(errors.length + 2)}`,
    ...rows,
    NOT_HERE,
  ].join("\n");
}

const NOT_HERE = `
What the public document has and nothing here answers: 409 of \`GET /settlements/{sessionId}\`. A settlement that is not
ready is an answer of 200, with the state \`NOT_READY\`.
`;
