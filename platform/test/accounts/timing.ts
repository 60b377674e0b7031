/**
 * Measures whether the time of an answer tells an email that has an account from one that has none: 200 wrong passwords for
 * each, in turns, against a platform that runs. The median of the one over that of the other is 1 if it tells nothing. On a
 * machine that is busy 200 calls say little; a larger number says more.
 *
 * node scripts/run.mjs platform/test/accounts/timing.ts [http://127.0.0.1:3010 [200]]
 */
import { randomUUID } from "node:crypto";
import process from "node:process";

const [url = "http://127.0.0.1:3010", calls = "200"] = process.argv.slice(2);
/** Fewer than the tries that one email has. */
const CALLS_AN_EMAIL = 8;
const CALLS = Math.ceil(Number(calls) / CALLS_AN_EMAIL) * CALLS_AN_EMAIL;

const emails = (name: string) =>
  Array.from({ length: CALLS / CALLS_AN_EMAIL }, () => `${name}-${randomUUID()}@timing.example.com`);
const [known, unknown] = [emails("known"), emails("unknown")];

for (const email of known) {
  const { status } = await fetch(`${url}/user/signup`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email, password: "TestPass123", org: "Timing", scope: {} }),
  });
  if (status !== 202) throw new Error(`sign-up: ${status}`);
}

const times = { known: [] as number[], unknown: [] as number[] };
for (let i = 0; i < CALLS; i++) {
  const both = [
    ["known", known[i % known.length]],
    ["unknown", unknown[i % unknown.length]],
  ] as const;
  // Neither is always the first.
  for (const [kind, email] of i % 2 === 0 ? both : both.toReversed()) {
    const authorization = `Basic ${Buffer.from(`${email}:WrongPass123`).toString("base64")}`;
    const started = performance.now();
    const answer = await fetch(`${url}/user/api-keys`, { headers: { authorization } });
    await answer.arrayBuffer();
    times[kind].push(performance.now() - started);
    if (answer.status !== 401) throw new Error(`a wrong password: ${answer.status}`);
  }
}

const quantile = (list: number[], part: number) => list.toSorted((a, b) => a - b)[Math.floor(list.length * part)] ?? 0;
for (const [kind, list] of Object.entries(times)) {
  const [p10, median, p90] = [0.1, 0.5, 0.9].map((part) => quantile(list, part).toFixed(1));
  console.log(`${kind.padEnd(7)}  ${list.length} calls  median ${median} ms  (10 % ${p10}, 90 % ${p90})`);
}
const ratio = quantile(times.known, 0.5) / quantile(times.unknown, 0.5);
console.log(`ratio of medians, known over unknown: ${ratio.toFixed(3)}`);
