/** Speaks to the server byte by byte, for what no client library sends. */
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import type { Answer } from "./person.ts";
import type { TestPlatform } from "./platform.ts";

export interface RawAnswer {
  status: number;
  head: string;
  body: Record<string, unknown>;
}

/** Opens a connection; whoever asked ends it. */
export async function dial({ api }: Pick<TestPlatform, "api">): Promise<Socket> {
  const { hostname, port } = new URL(api);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => undefined);
  await new Promise((resolve) => socket.once("connect", resolve));
  return socket;
}

/** Sends these bytes, and reads the one answer until the server closes, or says nothing more. */
export async function sendBytes(
  platform: Pick<TestPlatform, "api">,
  bytes: string | Uint8Array,
  withinMs = 3_000,
): Promise<RawAnswer> {
  const socket = await dial(platform);
  let text = "";
  const answered = new Promise<void>((resolve) => {
    socket.on("data", (data) => {
      text += data.toString("utf8");
      if (isWhole(text)) resolve();
    });
    socket.on("close", () => resolve());
  });
  socket.write(bytes);
  await Promise.race([answered, sleep(withinMs)]);
  socket.destroy();
  const [head = "", body = ""] = text.split("\r\n\r\n");
  return {
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0),
    head: head.toLowerCase(),
    body: body === "" ? {} : (JSON.parse(body) as Record<string, unknown>),
  };
}

function isWhole(text: string): boolean {
  const [head = "", body] = text.split("\r\n\r\n");
  const length = /content-length: (\d+)/i.exec(head)?.[1];
  return body !== undefined && length !== undefined && Buffer.byteLength(body) >= Number(length);
}

/** The error envelope, with this status and code, and nothing of our inside in it. */
export function expectRefusal(
  answer: Pick<Answer, "status" | "body">,
  status: number,
  code: string,
  detail?: string,
): void {
  const { body } = answer;
  expect({ status: answer.status, code: body.code }, JSON.stringify(body)).to.deep.equal({ status, code });
  expect(body.statusCode).to.equal(status);
  if (detail !== undefined) expect(body.detail).to.equal(detail);
  expect(body.message).to.be.a("string").and.not.equal("");
  expect(body.timestamp).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(body.retryable).to.be.a("boolean");
  expect(body.docUrl).to.be.a("string");
  expect(body.requestId).to.be.a("string").and.not.equal("");
  expect(JSON.stringify(body)).to.not.match(/node_modules|at .*\.ts:|Error:|select |insert /);
}
