/**
 * Live video: the operator publishes by WHIP (RFC 9725), whoever watches plays by WHEP, which is the same the other way
 * round. Neither restarts nor trickles ICE: an offer is answered whole, PATCH is 405, and there is no ETag.
 */
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Side } from "../../media/media.ts";
import { Refused } from "../../refusal.ts";
import { findSession } from "../../sessions/session.ts";
import type { Context } from "../context.ts";
import { enveloped, errors, success } from "../envelope.ts";
import { uuid } from "../schemas.ts";
import { PREFIX, type Routes } from "./route.ts";

export const SDP = "application/sdp";
/** Of any page: the link is the right, and no cookie counts. */
const cors = { origin: "*", credentials: false, exposedHeaders: ["location", "retry-after", "x-request-id"] };

const querystring = z.object({ token: z.string().max(200).optional().describe("As it is in the link") });

export async function mediaRoutes(app: Routes, context: Context): Promise<void> {
  const { config, db, media } = context;
  const base = config.publicUrl.href.replace(/\/$/, "") + PREFIX;

  app.removeAllContentTypeParsers();
  app.addContentTypeParser(SDP, { parseAs: "string" }, (_request, body, done) => done(null, body));
  app.addContentTypeParser("*", (_request, _body, done) =>
    done(new Refused("UNSUPPORTED_MEDIA_TYPE", `An offer is sent as ${SDP}.`, { detail: "media:type" }), undefined),
  );

  /** @throws {Refused} unless there is such video, and the link is of it and of this side. */
  const permitted = async (request: FastifyRequest, side: Side) => {
    const { id } = request.params as { id: string };
    const { token } = request.query as { token?: string };
    if (token === undefined)
      throw new Refused("NOT_AUTHENTICATED", "This is not a whole link: its token is missing.", {
        detail: "media:token",
      });
    const { state, videoBackendRef } = await findSession(db, id);
    if (videoBackendRef === null || (state !== "ASSIGNED" && state !== "LIVE"))
      throw new Refused("NOT_FOUND", `There is no video of a session that is ${state}.`, { detail: `media:${state}` });
    if (!media.permits(token, videoBackendRef, side))
      throw new Refused("NOT_AUTHORIZED", "This link is not for this.", { detail: `media:${side}Denied` });
    request.principal = `link:${side}`;
    return { id, token };
  };

  for (const [kind, side, summary] of [
    ["whip", "publish", "Publish a session's video (WHIP): an offer is answered"],
    ["whep", "play", "Play a session's video (WHEP): an offer is answered"],
  ] as const) {
    app.post(
      `/media/${kind}/:id`,
      {
        config: { cors, acceptPost: SDP },
        schema: {
          tags: ["media"],
          summary,
          description:
            "The link, token and all, is what `start`, `producer-token` or `viewer-token` gave. Ends by DELETE of what `Location` names, or with the session.",
          consumes: [SDP],
          params: z.object({ id: uuid }),
          querystring,
          body: z.string(),
          response: {
            201: { description: "The answer", content: { [SDP]: { schema: z.string() } } },
            ...errors(400, 401, 403, 404, 409, 503),
          },
        },
      },
      async (request, reply) => {
        const { id, token } = await permitted(request, side);
        const { connectionId, answer } = await media.connect(id, side, request.body);
        return (reply as FastifyReply)
          .code(201)
          .header("location", `${base}/media/${kind}/${id}/${connectionId}?token=${token}`)
          .type(SDP)
          .send(answer);
      },
    );
    app.delete(
      `/media/${kind}/:id/:connectionId`,
      {
        config: { cors },
        schema: {
          tags: ["media"],
          summary: side === "publish" ? "Stop to publish" : "Stop to play",
          params: z.object({ id: uuid, connectionId: uuid }),
          querystring,
          response: { 200: enveloped(z.object({ closed: z.literal(true) })), ...errors(400, 401, 403, 404, 503) },
        },
      },
      async (request, reply) => {
        const { id } = await permitted(request, side);
        if (!(await media.disconnect(id, side, request.params.connectionId)))
          throw new Refused("NOT_FOUND", "There is no such connection.", { detail: "media:connection" });
        return success(reply, { closed: true });
      },
    );
    // A page elsewhere asks first.
    for (const path of [`/media/${kind}/:id`, `/media/${kind}/:id/:connectionId`])
      app.options(path, { config: { cors }, schema: { hide: true } }, async (_request, reply) =>
        reply.code(204).send(),
      );
  }
}
