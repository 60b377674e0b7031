import { readSafe, safeAbi, safeHashes } from "@luxxon/chain/safe/safe";
import { expect } from "chai";
import { concatHex, encodeFunctionData, parseAbi, zeroAddress } from "viem";
import { executeCall } from "../../scripts/rehearse/signers.ts";
import { setRelayer } from "./support/calls.ts";
import { apart, operations } from "./support/twin.ts";

const testSafeAbi = parseAbi([
  "function getTransactionHash(address to, uint256 value, bytes data, uint256 ofNonce) view returns (bytes32)",
  "function changeThreshold(uint256 threshold)",
]);

describe("What a signer's wallet has to show", () => {
  it("is the hash by which Safe 1.4.1 has executed this very call", () => {
    // Safe's own published bytecode, behind its own proxy, on a local chain with this id; the hash is from its event.
    const { safeTxHash } = safeHashes({
      chainId: 84532,
      safe: "0x0A867CA0442383c2A89951244B955AA19b615b58",
      to: "0x0116686E2291dbd5e317F47faDBFb43B599786Ef",
      data: "0x8a0dac4a0000000000000000000000003c44cdddb6a900fa2b585dd299e03d12fa4293bc",
      nonce: 1n,
    });
    expect(safeTxHash).to.equal("0xc20cc75649c91eac3540dff10ea350dc9509a1b749016b468b6c9a646637dcf8");
  });

  it("is the hash that the tests' multisig computes", async () => {
    const { client, safe, record, people } = await operations();
    const [to, data] = [record.address, setRelayer(people.newRelayer)];
    const { safeTxHash } = safeHashes({ chainId: 84532, safe: safe.address, to, data, nonce: 7n });
    const theirs = await client.readContract({
      address: safe.address,
      abi: testSafeAbi,
      functionName: "getTransactionHash",
      args: [to, 0n, data, 7n],
    });
    expect(safeTxHash).to.equal(theirs);
  });
});

describe("A Safe", () => {
  it("says its version, its threshold, its owners and its nonce", async () => {
    const { client, safe } = await operations();
    const { version, threshold, owners, nonce } = (await readSafe(client, safe.address)) ?? { owners: [] };
    expect({ version, threshold, nonce, owners: owners.length }).to.deep.equal({
      version: "1.4.1",
      threshold: 2,
      nonce: 0n,
      owners: 3,
    });
    expect(owners).to.include.members(safe.signers);
  });

  for (const [what, addressOf] of [
    ["a plain key", ({ people }) => people.alice],
    ["the zero address", () => zeroAddress],
    ["a contract without these functions", ({ record }) => record.address],
    ["a proxy that reverts on them", ({ base }) => base.usdc.address],
  ] satisfies [string, (it: Awaited<ReturnType<typeof operations>>) => `0x${string}`][]) {
    it(`is not ${what}`, async () => {
      const situation = await operations();
      expect(await readSafe(situation.client, addressOf(situation))).to.equal(undefined);
    });
  }
});

describe("A key that has delegated to a Safe's code", () => {
  it(
    "is no Safe, although it answers as one",
    apart(async ({ client, cheats, safe, people }) => {
      await cheats.setCode({ address: people.alice, bytecode: concatHex(["0xef0100", safe.address]) });
      const version = await client.readContract({ address: people.alice, abi: safeAbi, functionName: "VERSION" });
      expect(version).to.equal("1.4.1");
      expect(await readSafe(client, people.alice)).to.equal(undefined);
    }),
  );
});

describe("The tests' multisig", () => {
  it(
    "executes nothing that fewer than its threshold have signed",
    apart(async ({ client, safe, record, people }) => {
      const alone = { ...safe, signers: safe.signers.slice(0, 1) };
      const sent = executeCall(alone, record.address, setRelayer(people.stranger));
      expect(await sent.catch(() => "refused")).to.equal("refused");
      expect((await readSafe(client, safe.address))?.nonce).to.equal(0n);
    }),
  );

  it(
    "executes nothing that a stranger has signed",
    apart(async ({ safe, record, people }) => {
      const [one = people.stranger] = safe.signers;
      const withStranger = { ...safe, signers: [one, people.stranger] };
      const sent = executeCall(withStranger, record.address, setRelayer(people.stranger));
      expect(await sent.catch(() => "refused")).to.equal("refused");
    }),
  );

  it(
    "changes its threshold only by itself",
    apart(async (situation) => {
      const data = encodeFunctionData({ abi: testSafeAbi, functionName: "changeThreshold", args: [1n] });
      const { safe, people, client } = situation;
      const byStranger = situation.send(people.stranger, data, safe.address);
      expect(await byStranger.catch(() => "refused")).to.equal("refused");
      await situation.bySafe(data, safe.address);
      expect((await readSafe(client, safe.address))?.threshold).to.equal(1);
    }),
  );
});
