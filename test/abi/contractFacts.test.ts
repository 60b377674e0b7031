import { readFileSync } from "node:fs";
import { ROOT } from "@luxxon/chain/root";
import { USDC_ON_BASE_SEPOLIA } from "@luxxon/local/usdc";
import { expect } from "chai";
import { InvalidRefusalError } from "../../abi/src/errors.ts";
import {
  MAX_BATCH,
  MAX_CHARGEABLE_SECONDS,
  MAX_FEE_BPS,
  MAX_HOLD,
  MAX_RATE_PER_SECOND,
} from "../../abi/src/model/limits.ts";
import { Refusal } from "../../abi/src/model/types.ts";
import { refusalName, refusals } from "../../abi/src/refusal.ts";
import { usdcAddress } from "../../abi/src/usdcAddress.ts";
import { onEachChain } from "../support/situation.ts";

const INTERFACE = `${ROOT}/contracts/interfaces/ILuxxonSettlement.sol`;

onEachChain("the constants of the ABI package", (given) => {
  it("are the contract's own", async () => {
    const { read } = (await given.fresh()).settlement;
    expect(await read.MAX_HOLD()).to.equal(MAX_HOLD);
    expect(await read.MAX_BATCH()).to.equal(BigInt(MAX_BATCH));
    expect(await read.MAX_FEE_BPS()).to.equal(BigInt(MAX_FEE_BPS));
    expect(await read.MAX_RATE_PER_SECOND()).to.equal(MAX_RATE_PER_SECOND);
    expect(await read.MAX_CHARGEABLE_SECONDS()).to.equal(MAX_CHARGEABLE_SECONDS);
  });
});

describe("the refusals of the ABI package", () => {
  it("are the contract's enum, in its order", () => {
    const [, body = ""] = /enum Refusal \{([^}]*)\}/.exec(readFileSync(INTERFACE, "utf8")) ?? [];
    expect(refusals).to.deep.equal(body.replaceAll(/\/\/\/.*/g, "").match(/\w+/g));
  });

  it("are the model's, by the same names", () => {
    expect(Object.entries(Refusal)).to.deep.equal(refusals.map((name, i) => [name, i]));
  });

  it("have a name each", () => expect(refusals.map((_, i) => refusalName(i))).to.deep.equal(refusals));

  for (const wrong of [-1, 11, 0.5, Number.NaN]) {
    it(`do not include ${wrong}`, () => {
      const message = `${wrong} is not a refusal: a whole number from 0 to 10.`;
      expect(() => refusalName(wrong)).to.throw(InvalidRefusalError, message);
    });
  }
});

describe("the USDC of the ABI package", () => {
  it("is the one that every test here runs with", () => expect(usdcAddress[84532]).to.equal(USDC_ON_BASE_SEPOLIA));
});
