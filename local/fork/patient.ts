/**
 * Puts an endpoint's patience before what a fork reads. Hardhat has none of its own: a block that is null once, because one
 * node of many is behind, ends the whole process.
 */
import type { Endpoint as Asked } from "@luxxon/chain/rpc/endpoint";
import { causeOf, RequestProblem } from "@luxxon/chain/rpc/problems";
import { forgetLocalChain } from "./cache.ts";
import { type Call, type Endpoint, serveReplies } from "./relay.ts";

type Request = Call & { id: unknown };

/** Serves `endpoint` on this machine. */
export async function servePatiently(endpoint: Asked): Promise<Endpoint> {
  const answer = async ({ id, method, params = [] }: Request) => {
    const outcome = await endpoint.ask(method, params).then((result) => ({ result }), errorOf);
    return { jsonrpc: "2.0", id, ...outcome };
  };
  const { url, close } = await serveReplies(async (body) => {
    const asked = JSON.parse(body) as Request | Request[];
    const answers = Array.isArray(asked) ? await Promise.all(asked.map(answer)) : await answer(asked);
    return { status: 200, body: JSON.stringify(answers) };
  });
  return {
    url,
    close() {
      close();
      forgetLocalChain(url);
    },
  };
}

/** As the endpoint itself has put it. */
function errorOf(error: unknown) {
  const problem = causeOf(error, RequestProblem);
  if (problem === undefined) throw error;
  const { code, details: message, data } = problem;
  return { error: { code: typeof code === "number" ? code : -32_603, message, data } };
}
