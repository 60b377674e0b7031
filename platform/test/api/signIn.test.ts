/** Signing in: who signed what, with which kind of wallet, and what the cookie is good for afterwards (R21–R23). */
import { createServer } from "node:http";
import { expect } from "chai";
import {
  type Address,
  concatHex,
  encodeAbiParameters,
  getAddress,
  getContractAddress,
  type Hex,
  pad,
  toHex,
} from "viem";
import { call, newPerson, type Person } from "../support/person.ts";
import { openPlatform, type TestPlatform } from "../support/platform.ts";
import { expectRefusal } from "../support/wire.ts";

describe("a wallet signs in", function () {
  this.timeout(60_000);
  let platform: TestPlatform;
  let ada: Person;

  before(async () => {
    platform = await openPlatform();
    ada = await newPerson(platform);
    await ada.signUp();
  });
  after(() => platform?.close());

  const signIn = "/auth/wallet/challenge";
  const login = (body: unknown) => call(platform, "POST", "/auth/wallet/login", { body });
  const challenge = async (walletAddress: Address, path = signIn) =>
    (await call(platform, "POST", path, { body: { walletAddress } })).data as { nonce: string; message: string };

  describe("with a signature", () => {
    it("over a message that says domain, address, purpose, URI, chain, nonce and times (R21)", async () => {
      const { nonce, message } = await challenge(ada.address);
      const { host, origin } = new URL(platform.api);
      expect(message.split("\n")[0]).to.equal(`${host} wants you to sign in with your Ethereum account:`);
      for (const line of [ada.address, "Sign in to Luxxon with this wallet.", `URI: ${origin}`, `Nonce: ${nonce}`])
        expect(message.split("\n")).to.include(line);
      expect(message)
        .to.match(/Chain ID: \d+\n/)
        .and.match(/Issued At: .*Z\nExpiration Time: .*Z$/);
    });
    it("that is replayed: the nonce is used up", async () => {
      const answer = await ada.signed(signIn);
      expect((await login(answer)).status).to.equal(200);
      expectRefusal(await login(answer), 401, "NOT_AUTHENTICATED", "challenge:unknown");
    });
    it("many times at once: once it is taken", async () => {
      const answer = await ada.signed(signIn);
      const answers = await Promise.all(Array.from({ length: 20 }, () => login(answer)));
      expect(answers.filter(({ status }) => status === 200)).to.have.length(1);
    });
    it("over a text that is the issued one but for a space; and the nonce is used up by that too (R21, R22)", async () => {
      const { nonce, message } = await challenge(ada.address);
      const wrong = await ada.account.signMessage({ message: `${message} ` });
      expectRefusal(
        await login({ walletAddress: ada.address, nonce, signature: wrong }),
        401,
        "NOT_AUTHENTICATED",
        "challenge:signature",
      );
      const right = await ada.account.signMessage({ message });
      expectRefusal(await login({ walletAddress: ada.address, nonce, signature: right }), 401, "NOT_AUTHENTICATED");
    });
    it("for the other purpose, in both directions", async () => {
      expectRefusal(
        await login(await ada.signed("/workspaces/challenge")),
        401,
        "NOT_AUTHENTICATED",
        "challenge:purpose",
      );
      const made = await ada.createWorkspace(["CONSUMER"], await ada.signed(signIn));
      expectRefusal(made, 401, "NOT_AUTHENTICATED", "challenge:purpose");
    });
    it("of another wallet, or in another wallet's name", async () => {
      const ben = await newPerson(platform);
      const [mine, his] = [await ada.signed(signIn), await ben.signed(signIn)];
      expectRefusal(await login({ ...mine, walletAddress: ben.address }), 401, "NOT_AUTHENTICATED", "challenge:wallet");
      expectRefusal(
        await login({ ...his, signature: mine.signature }),
        401,
        "NOT_AUTHENTICATED",
        "challenge:signature",
      );
    });
    it("over a nonce that nobody issued, or that is none", async () => {
      const answer = await ada.signed(signIn);
      expectRefusal(await login({ ...answer, nonce: "0".repeat(32) }), 401, "NOT_AUTHENTICATED", "challenge:unknown");
      expectRefusal(await login({ ...answer, nonce: "' or 1=1" }), 400, "INVALID_INPUT", "nonce");
    });
    it("that is no hex, empty, or of absurd length", async () => {
      const answer = await ada.signed(signIn);
      for (const signature of ["", "0x", "0x1", "hello", `0x${"00".repeat(20_000)}`])
        expectRefusal(await login({ ...answer, signature }), 400, "INVALID_INPUT", "signature");
    });
    it("hundreds of times in parallel, each with its own nonce", async () => {
      const nonces = await Promise.all(Array.from({ length: 300 }, () => challenge(ada.address)));
      expect(new Set(nonces.map(({ nonce }) => nonce)).size).to.equal(300);
    });
  });

  describe("as a smart wallet", () => {
    /** Answers the magic value if the owner signed, by ECDSA, through an entry that looks at nothing but its immutable owner. */
    const deployed = async (runtime: Hex): Promise<Address> => {
      const size = (runtime.length - 2) / 2;
      const init = concatHex([`0x61${pad(toHex(size), { size: 2 }).slice(2)}80600a3d393df3`, runtime]);
      const { address } = await newFunded();
      const hash = await address.deploy(init);
      const receipt = await ada.publicClient.waitForTransactionReceipt({ hash });
      return receipt.contractAddress as Address;
    };
    const newFunded = async () => {
      const person = await newPerson(platform);
      await call(platform, "POST", "/faucet", { body: { address: person.address } });
      return {
        address: {
          deploy: (data: Hex) =>
            person.publicClient.getTransactionCount({ address: person.address }).then(async (nonce) =>
              person.publicClient.sendRawTransaction({
                serializedTransaction: await person.account.signTransaction({
                  type: "eip1559",
                  chainId: platform.parts.chainId,
                  nonce,
                  data,
                  gas: 1_000_000n,
                  maxFeePerGas: 10_000_000_000n,
                  maxPriorityFeePerGas: 1_000_000n,
                }),
              }),
            ),
        },
      };
    };
    /** Returns one word, whatever it is asked. */
    const saying = (word: Hex): Hex => concatHex(["0x7f", pad(word, { size: 32, dir: "right" }), "0x60005260206000f3"]);
    const MAGIC: Hex = "0x1626ba7e";
    const answer = async (walletAddress: Address, signature: Hex = "0x1234") => ({
      walletAddress,
      nonce: (await challenge(walletAddress)).nonce,
      signature,
    });

    it("whose code vouches for the signature (ERC-1271, R23)", async () => {
      const wallet = await deployed(saying(MAGIC));
      for (const signature of ["0x12", `0x${"12".repeat(65)}`, `0x${"12".repeat(2_000)}`] as const) {
        const { status, data } = await login(await answer(wallet, signature));
        expect(status).to.equal(200);
        expect(data.walletAddress).to.equal(getAddress(wallet));
      }
    });
    it("and owns a workspace then", async () => {
      const wallet = await deployed(saying(MAGIC));
      const { nonce } = await challenge(wallet, "/workspaces/challenge");
      const owner = await newPerson(platform);
      const { status, data } = await owner.createWorkspace(["CONSUMER"], {
        walletAddress: wallet,
        nonce,
        signature: "0xab",
      });
      expect(status).to.equal(201);
      expect(data.walletAddress).to.equal(getAddress(wallet));
    });
    it("whose code answers nonsense, nothing, or reverts", async () => {
      const empty: Hex = "0x00";
      const reverts: Hex = "0x60006000fd";
      const invalid: Hex = "0xfe";
      for (const code of [
        saying("0xdeadbeef"),
        saying("0x01"),
        saying(`0x${"ff".repeat(32)}`),
        empty,
        reverts,
        invalid,
      ])
        expectRefusal(await login(await answer(await deployed(code))), 401, "NOT_AUTHENTICATED", "challenge:signature");
    });
    it("that is not deployed yet (ERC-6492, R23)", async () => {
      // Every development chain has this deployer: calldata is a salt and the code to deploy.
      const factory = "0x4e59b44847b379578588920cA78FbF26c0B4956C";
      const runtime = saying(MAGIC);
      const init = concatHex([
        `0x61${pad(toHex((runtime.length - 2) / 2), { size: 2 }).slice(2)}80600a3d393df3`,
        runtime,
      ]);
      const salt = pad(toHex(Date.now()), { size: 32 });
      const wallet = getContractAddress({ opcode: "CREATE2", from: factory, salt, bytecode: init });
      expect(await ada.publicClient.getCode({ address: factory }), "the deployer is there").to.not.equal(undefined);
      const wrapped = concatHex([
        encodeAbiParameters(
          [{ type: "address" }, { type: "bytes" }, { type: "bytes" }],
          [factory, concatHex([salt, init]), "0x1234"],
        ),
        `0x${"6492".repeat(16)}`,
      ]);
      expect((await login(await answer(wallet, wrapped))).status).to.equal(200);
      const other = getContractAddress({ opcode: "CREATE2", from: factory, salt: pad("0x01"), bytecode: init });
      expectRefusal(await login(await answer(other, wrapped)), 401, "NOT_AUTHENTICATED", "challenge:signature");
    });
    it("while the chain is away: that says nothing about the signature, and ordinary wallets come in (R23)", async () => {
      // An endpoint that stops when it is told to.
      let isAway = false;
      const relay = createServer(async (request, response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        if (isAway) return response.destroy();
        const answer = await fetch(platform.env.RPC_URL as string, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: Buffer.concat(chunks),
        });
        response.setHeader("content-type", "application/json").end(await answer.text());
      });
      await new Promise<void>((resolve) => relay.listen(0, "127.0.0.1", resolve));
      const { port } = relay.address() as { port: number };
      const other = await openPlatform({ RPC_URL: `http://127.0.0.1:${port}` });
      try {
        const wallet = await deployed(saying(MAGIC));
        const ask = async () => ({
          walletAddress: wallet,
          nonce: (await call(other, "POST", signIn, { body: { walletAddress: wallet } })).data.nonce as string,
          signature: "0x1234",
        });
        isAway = true;
        const refused = await call(other, "POST", "/auth/wallet/login", { body: await ask() });
        expectRefusal(refused, 503, "CHAIN_UNAVAILABLE");
        expect(refused.headers.get("retry-after")).to.match(/^\d+$/);
        const ordinary = await newPerson(other);
        expect((await ordinary.login()).status).to.equal(200);
        isAway = false;
        expect((await call(other, "POST", "/auth/wallet/login", { body: await ask() })).status).to.equal(200);
      } finally {
        await other.close();
        relay.close();
      }
    });
  });

  describe("and has a cookie", () => {
    const cookieOf = (answer: { headers: Headers }) => answer.headers.get("set-cookie") ?? "";
    const me = (cookie: string, headers: Record<string, string> = {}) =>
      call(platform, "GET", "/me", { headers: { cookie, ...headers } });

    it("that scripts do not see and other sites do not send", async () => {
      const cookie = cookieOf(await ada.login());
      expect(cookie).to.match(/^lx_session=[A-Za-z0-9_-]+; /);
      for (const part of ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=43200"]) expect(cookie).to.contain(part);
      expect(cookie).to.not.contain("Secure");
    });
    it("that goes over https alone where the platform is https", async () => {
      const other = await openPlatform({ PUBLIC_URL: "https://api.example.org" });
      try {
        const ben = await newPerson(other);
        expect(cookieOf(await ben.login())).to.contain("Secure");
      } finally {
        await other.close();
      }
    });
    it("that was changed, cut, made up, or is of another name: it is none", async () => {
      await ada.login();
      const value = ada.cookie.replace("lx_session=", "");
      const flipped = (i: number) => value.slice(0, i) + (value[i] === "A" ? "B" : "A") + value.slice(i + 1);
      for (const bad of [flipped(0), flipped(25), flipped(71), value.slice(1), `${value}A`, "", "A".repeat(72), "%00"])
        expectRefusal(await me(`lx_session=${bad}`), 401, "NOT_AUTHENTICATED");
      expectRefusal(await me(`lx=${value}`), 401, "NOT_AUTHENTICATED");
    });
    it("that another secret signed is good while that secret is in the list, and no longer", async () => {
      const [old, next] = ["o".repeat(32), "n".repeat(32)];
      const first = await openPlatform({ SESSION_SECRET: old });
      const ben = await newPerson(first);
      await ben.login();
      await first.close();
      const both = { DATABASE_URL: first.env.DATABASE_URL as string, SESSION_SECRET: `${next},${old}` };
      const second = await openPlatform(both);
      expect((await call(second, "GET", "/me", { headers: { cookie: ben.cookie } })).status).to.equal(200);
      await second.close();
      const third = await openPlatform({ ...both, SESSION_SECRET: next });
      expectRefusal(await call(third, "GET", "/me", { headers: { cookie: ben.cookie } }), 401, "NOT_AUTHENTICATED");
      await third.close();
    });
    it("that is good for nothing after logout, nor is any other of the same sign-in", async () => {
      const ben = await newPerson(platform);
      await ben.signUp();
      const before = await ben.login().then(cookieOf);
      const fromSignIn = before.split(";")[0] ?? "";
      const chosen = ben.cookie;
      expect(chosen).to.not.equal(fromSignIn);
      expect((await me(fromSignIn)).status).to.equal(200);
      await ben.login();
      const elsewhere = ben.cookie;
      const out = await call(platform, "POST", "/auth/logout", { headers: { cookie: chosen } });
      expect(out.data).to.deep.equal({ ok: true });
      expect(cookieOf(out)).to.match(/^lx_session=;/);
      for (const cookie of [chosen, fromSignIn]) expectRefusal(await me(cookie), 401, "NOT_AUTHENTICATED");
      expect((await me(elsewhere)).status).to.equal(200);
      for (const cookie of [chosen, "lx_session=x", ""])
        expect((await call(platform, "POST", "/auth/logout", { headers: { cookie } })).status).to.equal(200);
    });
    it("that a page of another site cannot use to change anything", async () => {
      const own = new URL(platform.api).origin;
      const rename = (headers: Record<string, string>) =>
        ada.byCookie("PATCH", `/workspaces/${ada.workspaceId}`, { body: { name: "New" }, headers });
      for (const headers of [
        { "sec-fetch-site": "cross-site" },
        { "sec-fetch-site": "same-site" },
        { origin: "https://evil.example" },
        { origin: "null" },
        { origin: "https://evil.example", "sec-fetch-site": "cross-site" },
      ] as Record<string, string>[])
        expectRefusal(await rename(headers), 403, "NOT_AUTHORIZED", "origin");
      for (const headers of [{}, { "sec-fetch-site": "same-origin" }, { origin: own }] as Record<string, string>[])
        expect((await rename(headers)).status).to.equal(200);
      const key = await ada.call("PATCH", `/workspaces/${ada.workspaceId}`, {
        body: { name: "New" },
        headers: { origin: "https://evil.example", "sec-fetch-site": "cross-site" },
      });
      expect(key.status, "a key is sent by nobody's browser by itself").to.equal(200);
      const out = await ada.byCookie("POST", "/auth/logout", { headers: { origin: "https://evil.example" } });
      expectRefusal(out, 403, "NOT_AUTHORIZED", "origin");
    });
  });

  it("and listed origins read answers, with what they need of the headers; others do not", async () => {
    const other = await openPlatform({ ALLOWED_ORIGINS: "https://console.example" });
    try {
      const asked = (origin: string) =>
        call(other, "OPTIONS", "/sessions", {
          headers: {
            origin,
            "access-control-request-method": "POST",
            "access-control-request-headers": "idempotency-key",
          },
        });
      const { headers } = await asked("https://console.example");
      expect(headers.get("access-control-allow-origin")).to.equal("https://console.example");
      expect(headers.get("access-control-allow-credentials")).to.equal("true");
      expect(headers.get("access-control-allow-headers")?.toLowerCase()).to.contain("idempotency-key");
      const read = await call(other, "GET", "/config", { headers: { origin: "https://console.example" } });
      expect(read.headers.get("access-control-expose-headers")).to.contain("x-lx-consistency-token");
      expect(read.headers.get("vary")?.toLowerCase()).to.contain("origin");
      const foreign = await asked("https://evil.example");
      expect(foreign.headers.get("access-control-allow-origin")).to.equal(null);
    } finally {
      await other.close();
    }
  });
});
