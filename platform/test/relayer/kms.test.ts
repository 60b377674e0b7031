/** A relayer whose key is in a KMS. The same is asked of a real local KMS where one is installed. */
import process from "node:process";
import { UsageError } from "@luxxon/chain/usageError";
import { expect } from "chai";
import { parseTransaction, recoverTransactionAddress, type TransactionSerializableEIP1559 } from "viem";
import { readConfig } from "../../src/config.ts";
import { signerOfKms } from "../../src/relayer/kms.ts";
import { isHigh, type Kms, openLocalKms, openStandIn, type StandInOptions } from "../support/kms.ts";
import { KEY, OTHER_KEY, openMoney, RELAYER } from "../support/money.ts";

/** What AWS's client reads. */
const VARIABLES = ["AWS_ENDPOINT_URL_KMS", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] as const;

const transaction = (nonce: number): TransactionSerializableEIP1559 => ({
  type: "eip1559",
  chainId: 84_532,
  to: RELAYER,
  data: "0x12345678",
  nonce,
  gas: 200_000n,
  maxFeePerGas: 20_000_000n,
  maxPriorityFeePerGas: 1_000_000n,
});

describe("a relayer's key in a KMS", function () {
  this.timeout(30_000);
  const before_ = VARIABLES.map((name) => [name, process.env[name]] as const);
  const opened: Kms[] = [];
  const use = ({ url }: Kms) => {
    const values = [url, "eu-west-2", "any", "any"];
    for (const [i, name] of VARIABLES.entries()) process.env[name] = values[i];
  };
  const standIn = async (options: StandInOptions = {}) => {
    const kms = await openStandIn(options);
    opened.push(kms);
    use(kms);
    return await signerOfKms(kms.keyId);
  };
  const refusal = async (options: StandInOptions): Promise<string> => {
    try {
      await standIn(options);
    } catch (error) {
      expect(error).to.be.instanceOf(UsageError);
      return (error as Error).message;
    }
    throw new Error("it was taken");
  };

  afterEach(async () => {
    for (const kms of opened.splice(0)) await kms.close();
    for (const [name, value] of before_) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  it("has the address of its public key", async () => {
    expect((await standIn({ key: KEY })).address).to.equal(RELAYER);
  });

  it("signs transactions that are from that address, with the lower s whichever KMS answers", async () => {
    const { address, sign } = await standIn();
    for (let nonce = 0; nonce < 12; nonce++) {
      const raw = (await sign(transaction(nonce))) as `0x02${string}`;
      expect(await recoverTransactionAddress({ serializedTransaction: raw })).to.equal(address);
      expect(isHigh(parseTransaction(raw).s ?? "0x")).to.equal(false);
    }
  });

  it("settles what is due", async () => {
    const money = await openMoney();
    const signer = await standIn({ key: KEY });
    money.act({ functionName: "deposit", args: [10_000_000n] });
    const id = await money.due(10);
    await money.rest(money.relayer({ signer }));
    expect((await money.settlement(id)).state).to.equal("CONFIRMED");
  });

  it("is refused at the start if it is on another curve", async () => {
    expect(await refusal({ curve: "P-256" })).to.match(/^RELAYER_KMS_KEY cannot sign: .*secp256k1/);
  });

  it("is refused at the start if it is not for signing", async () => {
    expect(await refusal({ use: "ENCRYPT_DECRYPT" })).to.match(/ENCRYPT_DECRYPT/);
  });

  it("is refused at the start if another key signs than is shown", async () => {
    expect(await refusal({ key: KEY, shown: OTHER_KEY })).to.match(/not by the key that it was asked of/);
  });

  it("is refused at the start, in one line, if the KMS is away", async () => {
    const kms = await openStandIn();
    use(kms);
    await kms.close();
    const asking = signerOfKms(kms.keyId).catch((error: unknown) => error);
    expect((await asking) as Error).to.be.instanceOf(UsageError);
    expect(((await asking) as Error).message).to.match(/^RELAYER_KMS_KEY cannot sign: .*ECONNREFUSED/);
  });

  it("signs by local-kms too, where that is installed", async function () {
    const kms = await openLocalKms();
    // Its one package is for Go: go install github.com/nsmithuk/local-kms@latest
    if (kms === undefined) return this.skip();
    opened.push(kms);
    use(kms);
    const { address, sign } = await signerOfKms(kms.keyId);
    for (let nonce = 0; nonce < 20; nonce++) {
      const raw = (await sign(transaction(nonce))) as `0x02${string}`;
      expect(await recoverTransactionAddress({ serializedTransaction: raw })).to.equal(address);
      expect(isHigh(parseTransaction(raw).s ?? "0x")).to.equal(false);
    }
  });
});

describe("the settings of a relayer's key", () => {
  const others = {
    DATABASE_URL: "postgres://somebody@db/luxxon",
    SPICEDB_ENDPOINT: "spicedb:50051",
    SPICEDB_TOKEN: "token",
    RPC_URL: "http://chain",
    SETTLEMENT_ADDRESS: RELAYER,
    PUBLIC_URL: "https://luxxon.example",
    SESSION_SECRET: "x".repeat(32),
    ROLES: "relayer",
    NODE_ENV: "production",
  };

  it("take a key in a KMS instead of one of their own", () => {
    const { relayerKey, relayerKmsKey } = readConfig({ ...others, RELAYER_KMS_KEY: "alias/luxxon-relayer" });
    expect({ relayerKey, relayerKmsKey }).to.deep.equal({
      relayerKey: undefined,
      relayerKmsKey: "alias/luxxon-relayer",
    });
  });

  it("refuse two at once", () => {
    expect(() => readConfig({ ...others, RELAYER_KMS_KEY: "alias/luxxon-relayer", RELAYER_KEY: KEY })).to.throw(
      "RELAYER_KMS_KEY goes without RELAYER_KEY and its file.",
    );
  });

  it("refuse none where the relayer runs", () => {
    expect(() => readConfig(others)).to.throw(/^RELAYER_KEY is missing/);
  });
});
