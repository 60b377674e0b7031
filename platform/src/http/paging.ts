/** Pages by the place of the last row, not by counting: rows that come in between move nothing. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { Refused } from "../refusal.ts";

export interface Place {
  createdAt: Date;
  id: string;
}

export function placeIn(cursor: string | undefined): Place | undefined {
  if (cursor === undefined) return undefined;
  const [, ms, id] =
    /^(\d{1,15})_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(
      Buffer.from(cursor, "base64url").toString("latin1"),
    ) ?? [];
  if (ms === undefined || id === undefined)
    throw new Refused("INVALID_INPUT", "This is no cursor of this list.", { detail: "cursor" });
  return { createdAt: new Date(Number(ms)), id };
}

/** Tells where the next page begins, if this one is full. */
export function linkNext(
  request: FastifyRequest,
  reply: FastifyReply,
  publicUrl: URL,
  limit: number,
  rows: readonly Place[],
): void {
  const last = rows.at(-1);
  if (last === undefined || rows.length < limit) return;
  const cursor = Buffer.from(`${last.createdAt.getTime()}_${last.id}`, "latin1").toString("base64url");
  linkTo(request, reply, publicUrl, cursor);
}

export function linkTo(request: FastifyRequest, reply: FastifyReply, publicUrl: URL, cursor: string): void {
  const next = new URL(request.url, publicUrl);
  next.searchParams.set("cursor", cursor);
  reply.header("link", `<${next.href}>; rel="next"`);
}
