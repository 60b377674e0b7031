import { apply, type Call, type Context, construct, type State, WillingUsdc } from "@luxxon/contracts-abi/model";
import { expect } from "chai";

const SETTLEMENT = "0xa748C178df47c2DA2227C247293943713eB65a26";
const USDC = "0x036CbD53842c5426634e7929541eC2318f3dCF7e";
const OTHER = "0x4200000000000000000000000000000000000006";
const OWNER = "0x1000000000000000000000000000000000000001";
const ALICE = "0x2000000000000000000000000000000000000002";

/** The contract and its USDC after each of these calls in turn; all go through. */
function played(...calls: [Call, Context["sender"]][]): { state: State; tokens: WillingUsdc } {
  const roles = { usdc: USDC, owner: OWNER, relayer: OWNER, guardian: OWNER, platformWallet: OWNER } as const;
  const limits = { defaultDailyLimit: 0n, poolDailyLimit: 0n };
  const context = { sender: OWNER, timestamp: 1n } as const;
  let done = construct(SETTLEMENT, { ...roles, ...limits }, context, new WillingUsdc(USDC));
  for (const [call, sender] of calls) {
    if ("error" in done) throw new Error(done.error.errorName);
    done = apply(done.state, call, { sender, timestamp: 1n }, done.tokens);
  }
  if ("error" in done) throw new Error(done.error.errorName);
  return done;
}

const DEPOSITS: Call[] = [
  { functionName: "deposit", args: [5n] },
  { functionName: "depositFor", args: [ALICE, 5n] },
  { functionName: "depositWithPermit", args: [5n, 0n, "0x"] },
  { functionName: "depositWithAuthorization", args: [ALICE, 5n, 0n, 0n, "0x", "0x"] },
];

describe("USDC that refuses nothing", () => {
  for (const call of DEPOSITS) {
    it(`comes in by ${call.functionName}, and goes out again`, () => {
      const deposited = played([call, ALICE]);
      expect(deposited.tokens.held).to.equal(5n);
      expect(deposited.state.accounts.get(ALICE)?.balance).to.equal(5n);
      expect(played([call, ALICE], [{ functionName: "withdrawAll", args: [] }, ALICE]).tokens.held).to.equal(0n);
    });
  }

  it("stays where another token is rescued", () => {
    const rescue: Call = { functionName: "rescue", args: [OTHER, ALICE, 7n] };
    expect(played([{ functionName: "deposit", args: [5n] }, ALICE], [rescue, OWNER]).tokens.held).to.equal(5n);
  });
});
