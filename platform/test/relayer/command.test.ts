/** `npm run relayer`, as the operator runs it: beside a platform that runs on a chain of its own. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "@luxxon/chain/root";
import { expect } from "chai";
import { createTestClient, http } from "viem";
import { raiseAlarm } from "../../src/alarms.ts";
import { openDatabase } from "../../src/db/database.ts";
import { runCommand } from "../support/operator.ts";
import { call, newPerson, type Person } from "../support/person.ts";
import { newDatabase, openOwnChain, openPlatform, type TestPlatform, testParts } from "../support/platform.ts";

/** What was printed for which command: the runbook's examples are held against it. */
const printed: { command: string; text: string }[] = [];

async function relayer(args: string[], environment: Record<string, string> = {}) {
  const ran = await runCommand("platform/src/relayer/command.ts", args, environment);
  const words = args.map((word) => (/\s/.test(word) ? JSON.stringify(word) : word));
  printed.push({ command: `npm run relayer -- ${words.join(" ")}`, text: ran.stdout + ran.stderr });
  return ran;
}

/** What of a text does not differ from one run to the next. */
function shapeOf(text: string): string {
  return text
    .replace(/0x[\da-fA-F]+/g, "0x")
    .replace(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, "uuid")
    .replace(/\d+(\.\d+)?/g, "1")
    .replace(/ +/g, " ");
}

describe("npm run relayer", function () {
  this.timeout(120_000);
  let chain: Awaited<ReturnType<typeof openOwnChain>>;
  let platform: TestPlatform;
  let here: Record<string, string>;
  let ada: Person;

  before(async () => {
    chain = await openOwnChain();
    platform = await openPlatform({ ...chain.env, BATCH_WAIT: "0.5" });
    here = { DATABASE_URL: platform.env.DATABASE_URL ?? "" };
    ada = await newPerson(platform);
    await ada.signUp();
    await ada.fund(5_000_000n);
  });
  after(async () => {
    await platform?.close();
    await chain?.close();
  });

  const json = async (...args: string[]) => {
    const { status, stdout } = await relayer([...args, "--json"], here);
    return { status, ...JSON.parse(stdout) };
  };
  const until = async <T>(what: () => Promise<T | undefined | false>): Promise<T> => {
    for (const end = Date.now() + 20_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 200))) {
      const it = await what();
      if (it) return it;
    }
    throw new Error("it does not come about");
  };

  it("status: all is well, and what the last batch was", async () => {
    await ada.settlement(await ada.session(1));
    await until(async () => (await json("status")).lastMined?.gasUsed);
    const { status, stdout } = await relayer(["status"], here);
    expect(status).to.equal(0);
    expect(stdout).to.match(/^state +works, all is well$/m);
    expect(stdout).to.match(/^lease +[\da-f-]{36}, fence 1$/m);
    expect(stdout).to.match(/^due +nothing$/m);
    expect(stdout).to.match(
      /^last mined +batch 1, nonce \d+, 1 session, block \d+, \d+ gas a session: 0x[\da-f]{64}$/m,
    );
    expect(stdout).to.match(/^ {2}ETH +[\d.]+, a day takes [\d.]+$/m);
    expect(stdout).to.match(/^alarms +none$/m);
  });

  it("status --json: the same, amounts as decimal strings", async () => {
    const { isWell, concerns, signer, budget, due } = await json("status");
    expect([isWell, concerns, due.sessions]).to.deep.equal([true, [], 0]);
    expect(BigInt(signer.nextNonce)).to.equal(BigInt(signer.usedNonces));
    expect(BigInt(budget.day.spentWei) > 0n && BigInt(budget.day.spentWei) < BigInt(budget.day.ofWei)).to.equal(true);
  });

  it("pause and resume: what ends meanwhile waits, and status says who, why and exit 1", async () => {
    expect(await relayer(["pause", "--by", "ann", "--reason", "a look at the contract"], here)).to.deep.equal({
      status: 0,
      stdout: "The relayer is paused now.\n",
      stderr: "",
    });
    const id = await ada.session(1);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const paused = await relayer(["status"], here);
    expect(paused.status).to.equal(1);
    expect(paused.stdout)
      .to.match(/^state +paused by ann$/m)
      .and.match(/^paused +\d+ s ago: a look at the contract$/m);
    expect(paused.stdout).to.match(/^due +1 session, 0\.00[12] USDC, oldest \d+ s$/m);
    expect((await relayer(["pause"], here)).stdout).to.equal("The relayer was paused already.\n");
    expect((await relayer(["resume"], here)).stdout).to.equal("The relayer is at work now.\n");
    await ada.settlement(id);
  });

  it("replace: pays more for what is in flight, and nothing where nothing is", async () => {
    const test = createTestClient({ mode: "anvil", transport: http(chain.url) });
    const made = await ada.call("POST", "/sessions", { body: { lat: 4.71, lng: -74.07, maxDurationSeconds: 60 } });
    const { id } = made.data;
    await ada.call("POST", `/sessions/${id}/accept`);
    await ada.call("POST", `/sessions/${id}/start`);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await test.setAutomine(false);
    await test.setIntervalMining({ interval: 0 });
    await ada.call("POST", `/sessions/${id}/end`);
    const [batch] = await until(async () => {
      const { inFlight } = await json("status");
      return inFlight.length > 0 && inFlight;
    });
    const { status, stdout } = await relayer(["replace", batch.nonce, "--by", "ann"], here);
    expect(stdout).to.match(/^Nonce \d+ is replaced: 0x[\da-f]{64} offers [\d.]+ gwei, not [\d.]+\.$/m);
    expect(status).to.equal(0);
    const [next] = (await json("status")).inFlight;
    expect([next.versions, next.nonce]).to.deep.equal([2, batch.nonce]);
    await test.setIntervalMining({ interval: 1 });
    const { txHash } = await ada.settlement(id);
    expect(txHash).to.equal(next.hash);
    expect(await relayer(["replace", batch.nonce], here)).to.deep.equal({
      status: 1,
      stdout: "",
      stderr: `No batch in flight has nonce ${batch.nonce}.\n`,
    });
  });

  it("write-off: what the contract refuses is given up, in the books for everybody, and not settled", async () => {
    const ben = await newPerson(platform);
    await ben.signUp();
    await ben.fund(500_000n);
    const made = await ben.call("POST", "/sessions", { body: { lat: 4.71, lng: -74.07, maxDurationSeconds: 60 } });
    const { id } = made.data;
    await ada.call("POST", `/sessions/${id}/accept`);
    await ada.call("POST", `/sessions/${id}/start`);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await ben.withdraw(500_000n);
    await until(async () => (await ben.call("GET", `/settlements/${id}`)).data.refusal === "InsufficientPool");
    const refused = await relayer(["write-off", id], here);
    expect([refused.status, refused.stderr]).to.deep.equal([2, "write-off takes --reason; see --help.\n"]);
    const { status, stdout } = await relayer(
      ["write-off", id, "--by", "ann", "--reason", "the pool was emptied"],
      here,
    );
    expect(status).to.equal(0);
    expect(stdout).to.match(
      /^Written off: 0\.00\d USDC of session \S+, which the contract refused \(InsufficientPool\)\. It is in \/books now\.$/m,
    );
    const again = await relayer(["write-off", id, "--reason", "again"], here);
    expect([again.status, again.stderr]).to.deep.equal([
      1,
      `Session ${id} was written off before; that stays as it is.\n`,
    ]);
    const settlement = (await ben.call("GET", `/settlements/${id}`)).data;
    expect(settlement).to.include({ state: "PENDING", nextAttemptAt: null });
    expect(settlement.writtenOffAt).to.match(/^2/);
    const other = await openPlatform({ ...chain.env, ...here, ROLES: "api" });
    const { writtenOff } = (await call(other, "GET", "/books")).data;
    await other.close();
    expect(writtenOff).to.have.length(1);
    expect(writtenOff[0]).to.include({ by: "ann", reason: "the pool was emptied", sessions: 1 });
  });

  it("close: of an alarm that status shows, until what it is about comes again", async () => {
    const db = openDatabase(here.DATABASE_URL ?? "");
    const message =
      "The relayer's wallet has 1000000000000000 wei, less than a day's use (2000000000000000): send it ETH.";
    await raiseAlarm(db, { kind: "signer.low", subject: ada.address, message }, new Date());
    await db.close();
    const { status, stdout } = await relayer(["status"], here);
    expect(status).to.equal(1);
    const id = /^ {2}(\d+) +signer\.low, /m.exec(stdout)?.[1] ?? "";
    const closed = await relayer(["close", id, "--by", "ann", "--reason", "sent it 1 ETH"], here);
    expect(closed).to.deep.equal({ status: 0, stdout: `Closed: signer.low ${ada.address}.\n`, stderr: "" });
    expect((await relayer(["status"], here)).stdout).to.match(/^alarms +none$/m);
  });

  it("close: says that there is no such alarm", async () => {
    expect(await relayer(["close", "99", "--reason", "seen"], here)).to.deep.equal({
      status: 1,
      stdout: "",
      stderr: "There is no open alarm 99.\n",
    });
  });

  describe("used wrongly", () => {
    const uses: [string, string[], RegExp][] = [
      ["without a verb", [], /^What\? status, pause, resume, replace, write-off, close; see --help\.$/],
      ["with a verb that there is not", ["stop"], /^There is no "stop": status, /],
      ["without a nonce", ["replace"], /^replace takes a nonce; see --help\.$/],
      ["with a nonce that is none", ["replace", "0x1"], /^replace takes a nonce, not "0x1"; see --help\.$/],
      ["with something to pause", ["pause", "now"], /^pause takes nothing and no more; see --help\.$/],
      [
        "with a session that is none",
        ["write-off", "7", "--reason", "x"],
        /^write-off takes the id of a session, not "7"/,
      ],
      ["with an empty reason", ["close", "1", "--reason", " "], /^close takes --reason; see --help\.$/],
      ["with a flag that there is not", ["status", "--all"], /^Unknown option '--all'; see --help\.$/],
    ];
    for (const [title, args, said] of uses)
      it(`${title}: exit 2, in one line`, async () => {
        const { status, stdout, stderr } = await relayer(args, here);
        expect([status, stdout]).to.deep.equal([2, ""]);
        expect(stderr.trimEnd()).to.match(said);
      });
  });

  it("prints what the runbook shows, up to hashes, ids and figures", () => {
    const page = readFileSync(join(ROOT, "docs/platform/runbook.md"), "utf8");
    const blocks = [...page.matchAll(/^```console\n\$ (npm run relayer .*)\n([^`]+)```$/gm)];
    expect(blocks.length).to.be.at.least(7);
    const known = printed.map(({ command, text }) => shapeOf(`${command}\n${text}`));
    for (const [, command, text] of blocks) expect(known, command).to.include(shapeOf(`${command}\n${text}`));
  });

  it("prints its help, with its exit codes", async () => {
    const { status, stdout } = await relayer(["--help"]);
    expect(status).to.equal(0);
    expect(stdout).to.include("npm run relayer -- replace NONCE").and.include("Exit code:");
  });

  it("says of a database without its tables that it has none: exit 2", async () => {
    const { env } = await testParts();
    const { status, stderr } = await relayer(["status"], { DATABASE_URL: await newDatabase(env.DATABASE_URL ?? "") });
    expect([status, stderr]).to.deep.equal([
      2,
      "The database has no orders for the relayer yet: run this version's platform on it once.\n",
    ]);
  });
});
