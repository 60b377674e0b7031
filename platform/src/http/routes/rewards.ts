/** What an account's keys are good for: reports on the addresses in its scope. In the account API's own shapes. */
import type { FastifyInstance } from "fastify";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { refuseUnlessOpen } from "../../accounts/accounts.ts";
import { checkReport, rolesIn } from "../../accounts/checks.ts";
import { accountOfKey } from "../../accounts/keys.ts";
import { AccountRefused } from "../../accounts/refusal.ts";
import { DAY, dailySums } from "../../wallet/daily.ts";
import { jsonOf, speakAsAccounts } from "../accounts/plugin.ts";
import type { Context } from "../context.ts";

/** Also the chain's name in a scope. */
const CHAIN = "base";
export const BASE = `/${CHAIN}`;

/** By a key: so many reports in so many seconds. */
export const REPORTS = { points: 120, duration: 60 } as const;

export async function rewardRoutes(app: FastifyInstance, { db }: Context): Promise<void> {
  speakAsAccounts(app, BASE, { "/rewards/daily": "POST" });
  const limiter = new RateLimiterMemory({ ...REPORTS, keyPrefix: "report" });

  app.decorateRequest("account");
  app.post(
    "/rewards/daily",
    {
      schema: { hide: true },
      async onRequest(request, reply) {
        const account = await accountOfKey(db, request.headers["x-api-key"]);
        reply.header("ratelimit-policy", `"report";q=${REPORTS.points};w=${REPORTS.duration}`);
        const { remainingPoints, msBeforeNext, isFull } = await limiter.consume(account.keyId).then(
          ({ remainingPoints, msBeforeNext }) => ({ remainingPoints, msBeforeNext, isFull: false }),
          (full: unknown) => {
            if (!(full instanceof RateLimiterRes)) throw full;
            return { remainingPoints: 0, msBeforeNext: full.msBeforeNext, isFull: true };
          },
        );
        const seconds = Math.max(1, Math.ceil(msBeforeNext / 1_000));
        reply.header("ratelimit", `"report";r=${remainingPoints};t=${seconds}`);
        if (isFull) throw new AccountRefused("RATE_LIMITED", { retryAfter: seconds });
        refuseUnlessOpen(account);
        request.account = account;
      },
    },
    async (request) => {
      const { address, first, last, startDate, endDate, page, limit } = checkReport(
        jsonOf(request),
        request.query as Record<string, unknown>,
      );
      const { isOperator, isConsumer } = rolesIn(request.account?.scope ?? {}, CHAIN, address);
      if (!isOperator && !isConsumer) throw new AccountRefused("ADDRESS_NOT_IN_SCOPE");
      const total = (last - first) / DAY + 1;
      const before = (page - 1) * limit;
      const days = Math.max(0, Math.min(limit, total - before));
      const sums =
        days === 0 ? [] : await dailySums(db, { address, isOperator, isConsumer, start: first + before * DAY, days });
      return {
        address,
        start_date: startDate,
        end_date: endDate,
        page,
        limit,
        total,
        rewards: sums.map(({ date, earned, spent, sessions, isFinal }) => ({
          date,
          earned: isOperator ? earned.toString() : null,
          spent: isConsumer ? spent.toString() : null,
          sessions,
          final: isFinal,
        })),
      };
    },
  );
}
