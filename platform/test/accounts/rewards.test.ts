/** What a key opens: the days of an address in its account's scope, to the µUSDC what the audit's statements say of them. */
import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { ROOT } from "@luxxon/chain/root";
import { usdcAbi } from "@luxxon/chain/usdc";
import { luxxonSettlementAbi } from "@luxxon/contracts-abi";
import { expect } from "chai";
import { type Address, createPublicClient, createWalletClient, http, maxUint256, numberToHex } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { walletOf } from "../../src/local/people.ts";
import { ask, decideAbout, newAccount } from "../support/account.ts";
import { openOwnChain, openPlatform, type TestPlatform } from "../support/platform.ts";

const DAY = 86_400;
const PATH = "/base/rewards/daily";

interface Row {
  date: string;
  earned: string | null;
  spent: string | null;
  sessions: number;
  final: boolean;
}

const dateOf = (seconds: number) => new Date(seconds * 1_000).toISOString().slice(0, 10);
const sum = (rows: Row[], side: "earned" | "spent") => rows.reduce((all, row) => all + BigInt(row[side] ?? 0), 0n);

describe("POST /base/rewards/daily", function () {
  this.timeout(180_000);
  let platform: TestPlatform;
  let chain: Awaited<ReturnType<typeof openOwnChain>>;
  /** The first second of the first day with a session; the days after it are counted from here. */
  let first: number;
  let apiKey: string;
  let email: string;

  const ada = walletOf("ada");
  const operators = [1, 2].map(() => privateKeyToAccount(generatePrivateKey()).address) as [Address, Address];
  let platformWallet: Address;

  // A chain of its own: its clock is turned by days, which the other tests' chain would not like.
  before(async () => {
    chain = await openOwnChain();
    first = await playDays(chain.url, chain.contracts.settlement, chain.contracts.usdc);
    platform = await openPlatform({ ...chain.env, ROLES: "api,watcher" });
    const account = await newAccount(platform, {
      scope: {
        base: {
          validator_addresses: [operators[0], operators[1].toLowerCase(), platformWallet, "0xfaiojf923h2i....."],
          delegator_addresses: [ada.address],
        },
        ethereum: { validator_addresses: ["0x000000000000000000000000000000000000dEaD"] },
      },
    });
    ({ email } = account);
    ({ apiKey } = await account.newKey());
    for (const end = Date.now() + 60_000; ; await sleep(200)) {
      const { body } = await report({ address: ada.address });
      if (sum(body.rewards, "spent") === SPENT) break;
      if (Date.now() > end) throw new Error(`the watcher has read ${JSON.stringify(body)}`);
    }
  });
  after(async () => {
    await platform?.close();
    await chain?.close();
  });

  /** Seconds of the day, and what was settled then: operator, its part, fee. */
  const SESSIONS: [day: number, second: number, operator: 0 | 1, toAmount: bigint, feeAmount: bigint][] = [
    [0, 0, 0, 850_000n, 150_000n],
    [0, 43_200, 1, 1n, 0n],
    [0, DAY - 1, 0, 12_345n, 2_178n],
    [1, 0, 0, 7_777n, 1_372n],
    [3, 100, 1, 800_000n, 141_176n],
    [3, DAY - 1, 0, 3n, 1n],
  ];
  const SPENT = SESSIONS.reduce((all, [, , , to, fee]) => all + to + fee, 0n);

  /** Settles the sessions at their very seconds. @returns The first second of day 0. */
  async function playDays(url: string, settlement: Address, usdc: Address): Promise<number> {
    const transport = http(url);
    const client = createPublicClient({ transport, pollingInterval: 20, cacheTime: 0 });
    const rpc = (method: string, params: unknown[]) => client.request({ method, params } as never);
    const send = async (by: ReturnType<typeof walletOf>, request: object) => {
      const wallet = createWalletClient({ account: privateKeyToAccount(by.privateKey), transport });
      const hash = await wallet.writeContract({ ...request, chain: null, gas: 500_000n } as never);
      const { status } = await client.waitForTransactionReceipt({ hash });
      expect(status).to.equal("success");
    };
    const contract = { address: settlement, abi: luxxonSettlementAbi };
    platformWallet = await client.readContract({ ...contract, functionName: "platformWallet" });
    await send(ada, { address: usdc, abi: usdcAbi, functionName: "approve", args: [settlement, maxUint256] });
    await send(ada, { ...contract, functionName: "deposit", args: [100_000_000n] });
    const { timestamp } = await client.getBlock();
    const start = (Math.floor(Number(timestamp) / DAY) + 1) * DAY;
    const interval = await rpc("anvil_getIntervalMining", []).catch(() => null);
    await rpc("evm_setIntervalMining", [0]);
    await rpc("evm_setAutomine", [false]);
    for (const [i, [day, second, operator, toAmount, feeAmount]] of SESSIONS.entries()) {
      const wallet = createWalletClient({ account: privateKeyToAccount(walletOf("relayer").privateKey), transport });
      const args = [numberToHex(i + 1, { size: 32 }), ada.address, operators[operator], toAmount + feeAmount, 1n];
      const hash = await wallet.writeContract({
        ...contract,
        functionName: "settleFromPool",
        args: [...args, toAmount, feeAmount],
        chain: null,
        gas: 500_000n,
      } as never);
      await rpc("evm_setNextBlockTimestamp", [start + day * DAY + second]);
      await rpc("evm_mine", []);
      const { status, blockNumber } = await client.waitForTransactionReceipt({ hash });
      const block = await client.getBlock({ blockNumber });
      expect([status, Number(block.timestamp)]).to.deep.equal(["success", start + day * DAY + second]);
    }
    await rpc("evm_setAutomine", [true]);
    await rpc("evm_setIntervalMining", [typeof interval === "number" && interval > 0 ? interval : 1]);
    return start;
  }

  interface Asked {
    address: string;
    /** Days after the first. */
    days?: [from: number, to: number];
    query?: string;
    key?: string;
  }
  const report = ({ address, days: [from, to] = [0, 4], query = "", key = apiKey }: Asked) =>
    ask(platform, "POST", PATH + query, {
      body: { address, start_date: dateOf(first + from * DAY), end_date: dateOf(first + to * DAY) },
      headers: { "x-api-key": key },
    });

  describe("of an operator", () => {
    it("is a row a day, those without a session too, in µUSDC", async () => {
      const { status, body } = await report({ address: operators[0] });
      expect(status).to.equal(200);
      expect(body.rewards.map(({ final: _, ...row }: Row) => row)).to.deep.equal([
        { date: dateOf(first), earned: "862345", spent: null, sessions: 2 },
        { date: dateOf(first + DAY), earned: "7777", spent: null, sessions: 1 },
        { date: dateOf(first + 2 * DAY), earned: "0", spent: null, sessions: 0 },
        { date: dateOf(first + 3 * DAY), earned: "3", spent: null, sessions: 1 },
        { date: dateOf(first + 4 * DAY), earned: "0", spent: null, sessions: 0 },
      ]);
    });

    it("says what was asked, the address with its checksum", async () => {
      const { body } = await report({ address: operators[0].toLowerCase(), days: [1, 2] });
      expect(Object.keys(body)).to.deep.equal([
        "address",
        "start_date",
        "end_date",
        "page",
        "limit",
        "total",
        "rewards",
      ]);
      expect(body).to.include({
        address: operators[0],
        start_date: dateOf(first + DAY),
        end_date: dateOf(first + 2 * DAY),
        page: 1,
        limit: 100,
        total: 2,
      });
    });

    it("opens one whose address is in the scope in another case", async () => {
      const { body } = await report({ address: operators[1] });
      expect(sum(body.rewards, "earned")).to.equal(800_001n);
    });
  });

  it("of a consumer is what its sessions cost, fees included", async () => {
    const { body } = await report({ address: ada.address });
    expect(body.rewards.map(({ earned, spent, sessions }: Row) => [earned, spent, sessions])).to.deep.equal([
      [null, "1014524", 3],
      [null, "9149", 1],
      [null, "0", 0],
      [null, "941180", 2],
      [null, "0", 0],
    ]);
  });

  it("says of a day to come that it is not final", async () => {
    const { body } = await report({ address: ada.address, days: [3, 400], query: "?limit=1000" });
    expect(body.rewards.at(-1)).to.include({ spent: "0", final: false });
  });

  it("opens an address on both sides of the scope with both sums", async () => {
    const both = await newAccount(platform, {
      scope: { base: { validator_addresses: [ada.address], delegator_addresses: [ada.address] } },
    });
    const { apiKey: key } = await both.newKey();
    const { body } = await report({ address: ada.address, days: [0, 0], key });
    expect(body.rewards[0]).to.include({ earned: "0", spent: "1014524", sessions: 3 });
  });

  describe("is what the audit's statement of the same days says, to the µUSDC", () => {
    const cases: [string, [number, number]][] = [
      ["one day", [0, 0]],
      ["a day without a session", [2, 2]],
      ["two days", [1, 3]],
      ["all days", [0, 4]],
    ];
    const statement = (role: string, account: Address, [from, to]: [number, number]) =>
      new Promise<{ lines: { kind: string; credit: string; debit: string }[]; credit: string }>((resolve, reject) => {
        const { url } = chain;
        const { settlement, deploymentBlock } = chain.contracts;
        const args = ["scripts/audit/command.ts", role, account, "--rpc", url, "--address", settlement];
        args.push("--from-block", String(deploymentBlock), "--json", "--no-cache");
        args.push("--from-date", dateOf(first + from * DAY), "--to-date", dateOf(first + to * DAY));
        execFile(process.execPath, args, { cwd: ROOT }, (error, stdout, stderr) =>
          error === null ? resolve(JSON.parse(stdout)) : reject(new Error(stderr || error.message)),
        );
      });

    for (const [title, days] of cases) {
      it(`of a consumer's sessions: ${title}`, async () => {
        const [{ lines }, { body }] = await Promise.all([
          statement("consumer", ada.address, days),
          report({ address: ada.address, days }),
        ]);
        const sessions = lines.filter(({ kind }) => kind === "Session");
        expect(sum(body.rewards, "spent")).to.equal(sessions.reduce((all, { debit }) => all + BigInt(debit), 0n));
      });
    }

    it("of an operator's earnings", async () => {
      const [{ credit }, { body }] = await Promise.all([
        statement("operator", operators[0], [0, 4]),
        report({ address: operators[0] }),
      ]);
      expect(sum(body.rewards, "earned").toString()).to.equal(credit);
    });

    it("of the platform's wallet, whose fees are earnings", async () => {
      const [{ credit }, { body }] = await Promise.all([
        statement("operator", platformWallet, [0, 3]),
        report({ address: platformWallet, days: [0, 3] }),
      ]);
      expect(sum(body.rewards, "earned").toString()).to.equal(credit);
      expect(credit).to.equal("294727");
    });
  });

  describe("in pages", () => {
    it("gives each day once, in order, whatever the limit", async () => {
      const whole = (await report({ address: ada.address })).body.rewards;
      const pages = await Promise.all(
        [1, 2, 3].map((page) => report({ address: ada.address, query: `?page=${page}&limit=2` })),
      );
      expect(pages.map(({ body }) => [body.page, body.limit, body.total, body.rewards.length])).to.deep.equal([
        [1, 2, 5, 2],
        [2, 2, 5, 2],
        [3, 2, 5, 1],
      ]);
      expect(pages.flatMap(({ body }) => body.rewards)).to.deep.equal(whole);
    });

    it("is empty behind the last one", async () => {
      expect((await report({ address: ada.address, query: "?page=4&limit=2" })).body.rewards).to.deep.equal([]);
    });

    for (const query of ["?page=0", "?page=-1", "?page=x", "?page=1.5", "?page=", "?page=1&page=2", "?page=1000001"]) {
      it(`refuses ${query}`, async () => {
        const { status, body } = await report({ address: ada.address, query });
        expect([status, body.details]).to.deep.equal([
          400,
          [{ field: "page", message: "Must be a whole number from 1 to 1000000" }],
        ]);
      });
    }

    it("refuses a limit above 1,000", async () => {
      const { body } = await report({ address: ada.address, query: "?limit=1001" });
      expect(body.details).to.deep.equal([{ field: "limit", message: "Must be a whole number from 1 to 1000" }]);
    });
  });

  describe("refuses with 400", () => {
    const bodies: [string, unknown, string[]][] = [
      ["nothing", {}, ["address: Required", "start_date: Required", "end_date: Required"]],
      [
        "what is none of it",
        { address: "0xfaiojf923h2i.....", start_date: "2026-02-30", end_date: "2026-11-22T00:00:00Z" },
        [
          "address: Please provide a valid address",
          "start_date: Please provide a day such as 2026-11-22",
          "end_date: Please provide a day such as 2026-11-22",
        ],
      ],
      [
        "an end before the start",
        { address: walletOf("ada").address, start_date: "2026-11-23", end_date: "2026-11-22" },
        ["end_date: Must not be before start_date"],
      ],
      ["an array", [], ["body: Expected object, received array"]],
    ];
    for (const [title, body, failing] of bodies) {
      it(title, async () => {
        const answer = await ask(platform, "POST", PATH, { body, headers: { "x-api-key": apiKey } });
        expect([answer.status, answer.body.code]).to.deep.equal([400, "VALIDATION_ERROR"]);
        expect(
          answer.body.details.map(({ field, message }: Record<string, string>) => `${field}: ${message}`),
        ).to.deep.equal(failing);
      });
    }

    it("what is no JSON", async () => {
      const answer = await ask(platform, "POST", PATH, { raw: "{", headers: { "x-api-key": apiKey } });
      expect(answer).to.deep.include({ status: 400, body: { error: "Invalid JSON payload", code: "INVALID_JSON" } });
    });
  });

  describe("is 403 for an address that the scope does not have", () => {
    const OUTSIDE = { error: "Address is not in the account's scope", code: "ADDRESS_NOT_IN_SCOPE" };
    const addresses: [string, Address][] = [
      ["nowhere", "0x000000000000000000000000000000000000bEEF"],
      ["on another chain alone", "0x000000000000000000000000000000000000dEaD"],
    ];
    for (const [title, address] of addresses) {
      it(title, async () => {
        expect(await report({ address })).to.deep.include({ status: 403, body: OUTSIDE });
      });
    }

    it("of an account with an empty scope", async () => {
      const { apiKey: key } = await (await newAccount(platform)).newKey();
      expect(await report({ address: ada.address, key })).to.deep.include({ status: 403, body: OUTSIDE });
    });
  });

  describe("is 401 for a key", () => {
    const NO_KEY = { error: "Invalid or missing API key", code: "INVALID_API_KEY" };
    for (const key of ["", "luga-", "luga-f1cd0029-a256-b234-c9e1-41233a260ea7", `lxxn_test_${"a".repeat(50)}`]) {
      it(`that nobody has: ${JSON.stringify(key)}`, async () => {
        const answer = await report({ address: ada.address, key });
        expect([answer.status, answer.body]).to.deep.equal([401, NO_KEY]);
        expect(answer.headers.get("www-authenticate")).to.equal('ApiKey realm="luxxon"');
      });
    }

    it("that was revoked, at once", async () => {
      const account = await newAccount(platform, { scope: { base: { delegator_addresses: [ada.address] } } });
      const { apiKey: key, keyId } = await account.newKey();
      expect((await report({ address: ada.address, key })).status).to.equal(200);
      await account.ask("DELETE", `/user/api-keys/${keyId}`);
      expect((await report({ address: ada.address, key })).body).to.deep.equal(NO_KEY);
    });

    it("in capitals", async () => {
      expect((await report({ address: ada.address, key: apiKey.toUpperCase() })).status).to.equal(401);
    });
  });

  it("is 403 for a valid key of an account that was suspended, until it is approved again", async () => {
    await decideAbout(platform, "suspend", email);
    expect(await report({ address: ada.address })).to.deep.include({
      status: 403,
      body: { error: "Account is suspended", code: "ACCOUNT_SUSPENDED" },
    });
    await decideAbout(platform, "approve", email);
    expect((await report({ address: ada.address })).status).to.equal(200);
  });

  it("is 405 for another method, with what is allowed", async () => {
    const answer = await ask(platform, "GET", PATH, { headers: { "x-api-key": apiKey } });
    expect([answer.status, answer.body.code]).to.deep.equal([405, "METHOD_NOT_ALLOWED"]);
    expect(answer.headers.get("allow")).to.equal("POST");
  });

  it("is 429 by key with Retry-After after 120 in a minute, and others go on", async () => {
    const account = await newAccount(platform, { scope: { base: { delegator_addresses: [ada.address] } } });
    const [one, other] = [await account.newKey(), await account.newKey()];
    const answers = await Promise.all(
      Array.from({ length: 125 }, () => report({ address: ada.address, key: one.apiKey })),
    );
    expect(answers.filter(({ status }) => status === 200)).to.have.length(120);
    const refused = answers.filter(({ status }) => status !== 200);
    for (const { status, body, headers } of refused) {
      expect([status, body]).to.deep.equal([429, { error: "Too many requests", code: "RATE_LIMITED" }]);
      expect(Number(headers.get("retry-after"))).to.be.within(1, 60);
    }
    expect((await report({ address: ada.address, key: other.apiKey })).status).to.equal(200);
  });
});
