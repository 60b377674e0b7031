/** Pages by the place of the last row, not by counting: rows that come in between move nothing. */
import type { FastifyReply, FastifyRequest } from "fastify";

/** A place as a cursor: milliseconds and the id. */
export const PLACE = /^(\d{1,15})_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

export interface Place {
  createdAt: Date;
  id: string;
}

/** @param cursor As its schema wants it. */
export function placeIn(cursor: string | undefined): Place | undefined {
  const [, ms, id] = PLACE.exec(cursor ?? "") ?? [];
  return ms === undefined || id === undefined ? undefined : { createdAt: new Date(Number(ms)), id };
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
  linkTo(request, reply, publicUrl, `${last.createdAt.getTime()}_${last.id}`);
}

export function linkTo(request: FastifyRequest, reply: FastifyReply, publicUrl: URL, cursor: string): void {
  const next = new URL(request.url, publicUrl);
  next.searchParams.set("cursor", cursor);
  reply.header("link", `<${next.href}>; rel="next"`);
}
