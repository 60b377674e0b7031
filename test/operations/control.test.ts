import { readFile } from "node:fs/promises";
import { readProofs } from "@luxxon/chain/deployments/controlProof";
import { readBuilderFiles } from "@luxxon/chain/safe/builderFile";
import { expect } from "chai";
import { encodeFunctionData, getAddress, type Hex, parseAbi } from "viem";
import { proveControl } from "../../scripts/control/control.ts";
import { acceptOwnership, setGuardian, transferOwnership } from "./support/calls.ts";
import { BASE, type Operations } from "./support/situation.ts";
import { apart } from "./support/twin.ts";

const lowerThreshold = encodeFunctionData({
  abi: parseAbi(["function changeThreshold(uint256 threshold)"]),
  args: [1n],
});

const prove = async (situation: Operations) => proveControl(await situation.target());

/** Asks for a proof, lets the Safe give it, and records it. */
async function proven(situation: Operations) {
  await situation.execute((await prove(situation)).file);
  return prove(situation);
}

describe("Control that nobody has proven yet", () => {
  it(
    "is asked for by a Builder file with one call, which sets the guardian that is there",
    apart(async (situation) => {
      const { proven: isProven, file } = await prove(situation);
      expect(isProven).to.equal(false);
      const [only, ...more] = JSON.parse(await readFile(file, "utf8")).transactions;
      expect(more).to.deep.equal([]);
      expect([only.to, only.contractMethod.name, only.contractInputsValues]).to.deep.equal([
        situation.record.address,
        "setGuardian",
        { newGuardian: situation.people.guardian },
      ]);
    }),
  );

  it(
    "is asked for by one file, however often it is asked for",
    apart(async (situation) => {
      const [first, second] = [await prove(situation), await prove(situation)];
      expect(second.file).to.equal(first.file);
      expect((await readBuilderFiles(situation.folder, BASE.name)).size).to.equal(1);
    }),
  );

  it(
    "is not proven by the deployment, which sets a guardian too",
    apart(async (situation) => {
      expect((await prove(situation)).proven).to.equal(false);
    }),
  );

  it(
    "is not proven by a real change of the guardian",
    apart(async (situation) => {
      const { guardian, stranger } = situation.people;
      await situation.bySafe(setGuardian(stranger));
      await situation.bySafe(setGuardian(guardian));
      expect((await prove(situation)).proven).to.equal(false);
    }),
  );

  it(
    "is not proven by a call in the Safe's name that its signers did not sign, as a module makes",
    apart(async (situation) => {
      const { safe, record, people } = situation;
      await situation.sendAs(safe.address, record.address, setGuardian(people.guardian));
      expect((await prove(situation)).proven).to.equal(false);
    }),
  );
});

describe("Control that the Safe has proven", () => {
  it(
    "changes nothing in the contract",
    apart(async (situation) => {
      const before = await situation.settings();
      await proven(situation);
      expect(await situation.settings()).to.deep.equal(before);
    }),
  );

  it(
    "is recorded with the Safe's signers, its threshold and what they signed",
    apart(async (situation) => {
      const asked = await prove(situation);
      const [txHash] = await situation.execute(asked.file);
      await prove(situation);
      const [proof, ...more] = await readProofs(situation.folder, BASE.name);
      expect(more).to.deep.equal([]);
      expect(proof).to.include({
        contract: situation.record.address,
        safe: situation.safe.address,
        threshold: 2,
        txHash,
        safeTxHash: asked.proven ? undefined : asked.hashes.safeTxHash,
      });
      expect(proof?.owners).to.have.length(3);
    }),
  );

  it(
    "is recorded once",
    apart(async (situation) => {
      await proven(situation);
      await prove(situation);
      expect(await readProofs(situation.folder, BASE.name)).to.have.length(1);
    }),
  );

  it(
    "stays proven when the guardian changes later",
    apart(async (situation) => {
      await proven(situation);
      await situation.bySafe(setGuardian(situation.people.stranger));
      expect((await prove(situation)).proven).to.equal(true);
    }),
  );

  it(
    "has to be proven again by a Safe whose threshold has changed",
    apart(async (situation) => {
      await proven(situation);
      await situation.bySafe(lowerThreshold, situation.safe.address);
      expect((await prove(situation)).proven).to.equal(false);
      expect((await proven(situation)).proven).to.equal(true);
      const thresholds = (await readProofs(situation.folder, BASE.name)).map(({ threshold }) => threshold);
      expect(thresholds).to.deep.equal([2, 1]);
    }),
  );

  it(
    "says nothing about the next owner",
    apart(async (situation) => {
      await proven(situation);
      const next = await situation.anotherSafe();
      await situation.bySafe(transferOwnership(next.address));
      await situation.bySafe(acceptOwnership, situation.record.address, next);
      await situation.intend({ ...(await situation.parameters()), owner: next.address });
      expect((await prove(situation)).proven).to.equal(false);
    }),
  );
});

describe("npm run control", () => {
  it(
    "says what to sign, with exit code 1, and then who has signed, with exit code 0",
    apart(async (situation) => {
      const asked = await situation.run("control");
      expect(asked.errors).to.deep.equal([]);
      expect(asked.status).to.equal(1);
      expect(asked.stdout).to.match(/✗ Nobody has shown yet that they control the contract/);
      expect(asked.stdout).to.include(`newGuardian = ${situation.people.guardian}`);
      const file = /^ {2}(\S+-control\.json)$/m.exec(asked.stdout)?.[1] ?? "";
      await situation.execute(file);

      const shown = await situation.run("control");
      expect(shown.status).to.equal(0);
      expect(shown.stdout).to.match(/✓ The Safe's signers control the contract\./);
      for (const signer of situation.safe.signers) expect(shown.stdout).to.include(`signer ${signer}`);
    }),
  );

  it(
    "has nothing to prove if the owner is a plain key",
    apart(async (situation) => {
      const { alice } = situation.people;
      await situation.bySafe(transferOwnership(alice));
      await situation.send(alice, acceptOwnership);
      await situation.intend({ ...(await situation.parameters()), owner: alice });
      expect(await situation.run("control")).to.deep.equal({
        status: 2,
        stdout: "",
        errors: [`The owner ${alice} is no Safe on Base Sepolia: there is nothing to prove.`],
      });
    }),
  );

  it(
    "does not ask an owner whom the parameters do not name",
    apart(async (situation) => {
      const other = getAddress(`0x${"11".repeat(20)}` as Hex);
      await situation.intend({ ...(await situation.parameters()), owner: other });
      const refusal = await prove(situation).catch((error: Error) => error);
      expect((refusal as Error).message).to.equal(
        `The owner of ${situation.record.address} is ${situation.safe.address}; the parameters say ${other}.`,
      );
    }),
  );
});
