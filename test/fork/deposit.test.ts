import { BASE_CHAINS } from "@luxxon/chain/baseChains";
import { expect } from "chai";
import { keccak256, maxUint256, toHex } from "viem";
import { movedBy } from "../support/books.ts";
import { DAY, USDC } from "../support/session.ts";
import { signPermit, signReceiveAuthorization } from "../support/signatures.ts";
import { type ForkSituation, onEachFork } from "./situation.ts";

const TEN = 10n * USDC;

const TEN_INTO_ALICES_POOL = {
  "alice's USDC": -TEN,
  "alice's pool": TEN,
  "contract's USDC": TEN,
  totalDeposits: TEN,
};

onEachFork("A deposit", ({ base, fresh }) => {
  /** Takes away the approval that the situation begins with. */
  const withoutApproval = async () => {
    const situation = await fresh();
    const { usdc, settlement, alice } = situation;
    await usdc.write.approve([settlement.address, 0n], { account: alice.account });
    return situation;
  };

  it("after an approval moves the amount into the pool", async () => {
    const situation = await fresh();
    const { settlement, alice } = situation;
    expect(await movedBy(situation, () => settlement.write.deposit([TEN], { account: alice.account }))).to.deep.equal(
      TEN_INTO_ALICES_POOL,
    );
  });

  it("without an approval is refused by USDC", async () => {
    const { viem, settlement, alice } = await withoutApproval();
    await viem.assertions.revertWith(
      settlement.write.deposit([TEN], { account: alice.account }),
      "ERC20: transfer amount exceeds allowance",
    );
  });

  it("with a permit needs no approval", async () => {
    const situation = await withoutApproval();
    const { usdc, settlement, alice } = situation;
    const permit = { owner: alice.account.address, spender: settlement.address, value: TEN };
    const signature = await signPermit(usdc, alice, permit);
    expect(
      await movedBy(situation, () =>
        settlement.write.depositWithPermit([TEN, maxUint256, signature], { account: alice.account }),
      ),
    ).to.deep.equal(TEN_INTO_ALICES_POOL);
  });

  it("with a permit that somebody else has submitted goes through all the same", async () => {
    const situation = await withoutApproval();
    const { usdc, settlement, alice, stranger } = situation;
    const permit = { owner: alice.account.address, spender: settlement.address, value: TEN };
    const signature = await signPermit(usdc, alice, permit);
    await usdc.write.permit([permit.owner, permit.spender, TEN, maxUint256, signature], { account: stranger.account });
    expect(
      await movedBy(situation, () =>
        settlement.write.depositWithPermit([TEN, maxUint256, signature], { account: alice.account }),
      ),
    ).to.deep.equal(TEN_INTO_ALICES_POOL);
  });

  const other = base === BASE_CHAINS.base ? BASE_CHAINS.baseSepolia : BASE_CHAINS.base;
  it(`with a permit signed for the name that USDC has on ${other.title} is refused`, async () => {
    const { viem, usdc, settlement, alice } = await withoutApproval();
    const signature = await alice.signTypedData({
      domain: { name: other.usdc.name, version: "2", chainId: base.chainId, verifyingContract: usdc.address },
      types: {
        Permit: [
          { name: "owner", type: "address" },
          { name: "spender", type: "address" },
          { name: "value", type: "uint256" },
          { name: "nonce", type: "uint256" },
          { name: "deadline", type: "uint256" },
        ],
      },
      primaryType: "Permit",
      message: {
        owner: alice.account.address,
        spender: settlement.address,
        value: TEN,
        nonce: await usdc.read.nonces([alice.account.address]),
        deadline: maxUint256,
      },
    });
    await viem.assertions.revertWith(
      settlement.write.depositWithPermit([TEN, maxUint256, signature], { account: alice.account }),
      "EIP2612: invalid signature",
    );
  });

  describe("by a signed authorisation", () => {
    /** What Alice signs, valid for a day either side of now. */
    async function authorised({ usdc, settlement, alice, networkHelpers }: ForkSituation) {
      const now = BigInt(await networkHelpers.time.latest());
      const message = {
        from: alice.account.address,
        to: settlement.address,
        value: TEN,
        validAfter: now - DAY,
        validBefore: now + DAY,
        nonce: keccak256(toHex("the first deposit")),
      };
      const signature = await signReceiveAuthorization(usdc, alice, message);
      const { from, value, validAfter, validBefore, nonce } = message;
      return [from, value, validAfter, validBefore, nonce, signature] as const;
    }

    it("costs its signer no transaction and no approval", async () => {
      const situation = await withoutApproval();
      const args = await authorised(situation);
      const { settlement, stranger } = situation;
      expect(
        await movedBy(situation, () => settlement.write.depositWithAuthorization(args, { account: stranger.account })),
      ).to.deep.equal(TEN_INTO_ALICES_POOL);
    });

    it("counts once", async () => {
      const situation = await fresh();
      const { viem, settlement, stranger } = situation;
      const args = await authorised(situation);
      await settlement.write.depositWithAuthorization(args, { account: stranger.account });
      await viem.assertions.revertWith(
        settlement.write.depositWithAuthorization(args, { account: stranger.account }),
        "FiatTokenV2: authorization is used or canceled",
      );
    });
  });
});
