/** Sends what must not be done twice: with one Idempotency-Key, until it is known to be done. */
import { useRef } from "react";
import { onceKey } from "./client.ts";

/**
 * An answer may be lost after the platform has done it. Who sends the same again then gets that answer: the same key, the
 * same session.
 */
export function useOnce<Body, Answer>(
  send: (body: Body, headers: ReturnType<typeof onceKey>) => Promise<Answer>,
): (body: Body) => Promise<Answer> {
  const wanted = useRef<{ text: string; headers: ReturnType<typeof onceKey> }>(undefined);
  return async (body) => {
    const text = JSON.stringify(body);
    if (wanted.current?.text !== text) wanted.current = { text, headers: onceKey() };
    const mine = wanted.current;
    const answer = await send(body, mine.headers);
    if (wanted.current === mine) wanted.current = undefined;
    return answer;
  };
}
