/** The frame of every answer: success, and the schemas that the published document shows of it. */
import type { FastifyReply } from "fastify";
import { z } from "zod";

export function success(reply: FastifyReply, data: unknown, statusCode = 200) {
  return reply
    .code(statusCode)
    .type("application/json; charset=utf-8")
    .send({ statusCode, message: "Request successful", data, timestamp: new Date().toISOString() });
}

export function enveloped<T extends z.ZodType>(data: T, statusCode = 200) {
  return z.object({
    statusCode: z.literal(statusCode),
    message: z.string(),
    data,
    timestamp: z.iso.datetime(),
  });
}

export const errorSchema = z
  .object({
    statusCode: z.int(),
    code: z.string().describe("What clients branch on; codes are only ever added"),
    message: z.string().describe("English, for people"),
    detail: z.string().optional().describe("A short label: the field, the limit, the state"),
    retryable: z.boolean().describe("Whether the same request may succeed later"),
    docUrl: z.string(),
    requestId: z.string(),
    timestamp: z.iso.datetime(),
  })
  .meta({ id: "Error" });

/** The errors that an operation answers with, by status; those of any request are in the document as its default. */
export function errors(...statuses: number[]) {
  const all = new Set([...statuses, 429]);
  return Object.fromEntries([...all].sort().map((status) => [status, errorSchema]));
}
