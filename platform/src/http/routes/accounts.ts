/** Accounts: sign-up, and API keys by email and password. In the account API's own shapes, at the server's root. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { type Account, refuseUnlessOpen, signUp } from "../../accounts/accounts.ts";
import { checkKeyId, checkLabel, checkSignUp } from "../../accounts/checks.ts";
import { createKey, listKeys, revokeKey } from "../../accounts/keys.ts";
import { openPasswords } from "../../accounts/passwords.ts";
import { AccountRefused } from "../../accounts/refusal.ts";
import { signIn } from "../../accounts/signIn.ts";
import { credentialsOf } from "../accounts/basic.ts";
import { jsonOf, speakAsAccounts } from "../accounts/plugin.ts";
import type { Context } from "../context.ts";
import { networkOf } from "../limits.ts";

export const USER = "/user";

declare module "fastify" {
  interface FastifyRequest {
    account: Account | undefined;
  }
}

export async function accountRoutes(app: FastifyInstance, context: Context): Promise<void> {
  const { db, entropy } = context;
  const passwords = openPasswords(entropy);
  const signInContext = { ...context, passwords };
  speakAsAccounts(app, USER, {
    "/signup": "POST",
    "/api-keys": "GET, HEAD, POST",
    "/api-keys/[^/]+": "DELETE",
  });

  app.decorateRequest("account");
  /** Before the body is read: who is nobody is told nothing of it. */
  const withAccount = {
    schema: { hide: true },
    onRequest: async (request: FastifyRequest) => {
      const credentials = credentialsOf(request.raw);
      if (credentials === undefined) throw new AccountRefused("INVALID_CREDENTIALS");
      const account = await signIn(signInContext, credentials, networkOf(request.ip));
      refuseUnlessOpen(account);
      request.account = account;
    },
  };

  app.post("/signup", { schema: { hide: true } }, async (request, reply) => {
    await signUp(db, signInContext, checkSignUp(jsonOf(request)), networkOf(request.ip));
    return reply.code(202).send({ message: "Registration request received and is pending approval." });
  });

  app.post("/api-keys", withAccount, async (request, reply) => {
    const label = checkLabel(jsonOf(request));
    return reply.code(201).send(await createKey(db, context, accountIn(request).id, label));
  });

  app.get("/api-keys", withAccount, async (request) => ({ keys: await listKeys(db, accountIn(request).id) }));

  app.delete<{ Params: { keyId: string } }>("/api-keys/:keyId", withAccount, async (request, reply) => {
    await revokeKey(db, context, accountIn(request).id, checkKeyId(request.params.keyId));
    return reply.code(204).send();
  });
}

function accountIn({ account }: FastifyRequest): Account {
  if (account === undefined) throw new Error("a route without its account");
  return account;
}
