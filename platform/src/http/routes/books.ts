/** The platform's books against the chain, as JSON and as a page. */
import { z } from "zod";
import { type Books, openBooks } from "../../books/books.ts";
import { booksPage } from "../../books/page.ts";
import type { Context } from "../context.ts";
import { enveloped, errors, success } from "../envelope.ts";
import { microUsdc } from "../schemas.ts";
import { PREFIX, type Routes } from "./route.ts";

const sum = z.object({ sessions: z.int(), amountMicroUsdc: microUsdc });
const time = z.iso.datetime();
const books = z
  .object({
    agreedUpToBlock: z
      .string()
      .nullable()
      .describe("Up to here every settled session stands in the books with the same parties and amounts"),
    readUpToBlock: z.string().nullable(),
    readAt: time.nullable(),
    settled: sum.extend({ toOperatorsMicroUsdc: microUsdc, feesMicroUsdc: microUsdc }),
    confirmed: sum,
    differing: sum.describe("On chain otherwise than here, or not known here at all"),
    open: sum.extend({
      oldestEndedAt: time.nullable(),
      byRefusal: z.array(sum.extend({ refusal: z.string().nullable() })),
    }),
    writtenOff: z.array(sum.extend({ by: z.string(), reason: z.string() })),
  })
  .meta({ id: "Books" });

/** Without a prefix: the page is at the root. */
export async function bookRoutes(app: Routes, { config, facts, db, clock }: Context): Promise<void> {
  const read = openBooks(db, clock);

  app.get(
    `${PREFIX}/books`,
    {
      schema: {
        tags: ["platform"],
        summary: "What was charged against what the contract settled",
        response: { 200: enveloped(books), ...errors(503) },
      },
    },
    async (_request, reply) => success(reply, booksView(await read())),
  );

  app.get("/books", { schema: { hide: true } }, async (_request, reply) => {
    const { chainName, explorerUrl } = facts;
    return reply
      .type("text/html; charset=utf-8")
      .header("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
      .send(booksPage(await read(), { chainName, explorerUrl, settlement: config.settlement }));
  });
}

/** Amounts and blocks as decimal strings, times as text. */
function booksView(all: Books): unknown {
  return JSON.parse(JSON.stringify(all, (_name, value) => (typeof value === "bigint" ? value.toString() : value)));
}
