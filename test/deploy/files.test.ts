import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readBuildFile } from "@luxxon/chain/deployments/build";
import { jsonSchemas } from "@luxxon/chain/deployments/jsonSchema";
import { parametersSchema, readParameters } from "@luxxon/chain/deployments/parameters";
import { ROOT } from "@luxxon/chain/root";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect } from "chai";
import { keccak256 } from "viem";
import { readCompiled } from "../../scripts/contract/compiled.ts";
import { maskImmutables } from "../../scripts/contract/immutables.ts";
import { compileForProduction, hashesOf } from "../../scripts/contract/production.ts";
import { MAX_LIMIT } from "../support/session.ts";

const FOLDER = join(ROOT, "deployments");
const read = (file: string) => JSON.parse(readFileSync(join(FOLDER, file), "utf8")) as Record<string, unknown>;

/** What is wrong with a value, as any reader of the published schema would find. */
function objections(schema: string, value: unknown): string | undefined {
  const ajv = new Ajv2020({ strict: true });
  return ajv.validate(read(`schema/${schema}`), value) ? undefined : ajv.errorsText();
}

describe("deployments/build.json", () => {
  it("is what these sources compile to", async () => {
    const { $schema: _, ...committed } = await readBuildFile();
    expect(committed, "If the change is meant: npm run snapshot, and commit deployments/build.json").to.deep.equal(
      await hashesOf(await readCompiled()),
    );
  });

  it("is what the contract compiles to alone, in the production profile", async function () {
    this.timeout(120_000);
    const { creationCode, runtimeCode, immutableReferences } = await compileForProduction();
    const { creationCodeHash, maskedCodeHash } = await readBuildFile();
    expect(keccak256(creationCode)).to.equal(creationCodeHash);
    expect(keccak256(maskImmutables(runtimeCode, immutableReferences))).to.equal(maskedCodeHash);
  });

  it("is valid by its published schema", () => {
    expect(objections("build.schema.json", read("build.json"))).to.equal(undefined);
  });
});

describe("the published schemas", () => {
  for (const [name, schema] of Object.entries(jsonSchemas())) {
    it(`deployments/schema/${name} is what the code checks by`, () => {
      expect(read(`schema/${name}`), "If the change is meant: npm run snapshot").to.deep.equal(schema);
    });
  }

  it("describe every parameter", () => {
    const { properties } = read("schema/parameters.schema.json") as {
      properties: Record<string, { description?: string }>;
    };
    const bare = Object.entries(properties).filter(([name, { description }]) => name !== "$schema" && !description);
    expect(bare).to.deep.equal([]);
  });
});

describe("deployments/parameters/example.json", () => {
  it("is valid by the published schema", () => {
    expect(objections("parameters.schema.json", read("parameters/example.json"))).to.equal(undefined);
  });

  it("can be read as it is", async () => {
    expect((await readParameters(FOLDER, "example")).defaultDailyLimit).to.equal("50000000");
  });

  it("may name the highest limit that the contract takes, and by the published schema no number with more digits", () => {
    const withLimit = (poolDailyLimit: string) => ({ ...read("parameters/example.json"), poolDailyLimit });
    expect(parametersSchema.parse(withLimit(`${MAX_LIMIT}`)).poolDailyLimit).to.equal(`${MAX_LIMIT}`);
    expect(objections("parameters.schema.json", withLimit(`${MAX_LIMIT}`))).to.equal(undefined);
    expect(objections("parameters.schema.json", withLimit(`${MAX_LIMIT}0`))).not.to.equal(undefined);
  });

  it("names the schema where it lies", () => {
    expect(read("parameters/example.json").$schema).to.equal("../schema/parameters.schema.json");
  });
});

describe("parameters that say something wrong", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "luxxon-parameters-"));
    await mkdir(join(folder, "parameters"));
  });
  after(() => rm(folder, { recursive: true }));

  async function messageFor(change: object): Promise<string> {
    const parameters = { ...read("parameters/example.json"), ...change };
    await writeFile(join(folder, "parameters/base-sepolia.json"), JSON.stringify(parameters));
    return readParameters(folder, "base-sepolia").then(String, (error: Error) => error.message);
  }

  const lines: [string, object, string][] = [
    ["an unknown parameter", { relayers: [] }, 'parameters/base-sepolia.json: Unrecognized key: "relayers"'],
    [
      "a wrong checksum",
      { relayer: "0x8Ba1f109551bD432803012645Ac136ddd64DBA72" },
      'parameters/base-sepolia.json.relayer: "0x8Ba1f109551bD432803012645Ac136ddd64DBA72" has a wrong checksum; 0x8ba1f109551bD432803012645Ac136ddd64DBA72 has the right one',
    ],
    ["a missing role", { owner: undefined }, "parameters/base-sepolia.json.owner: "],
    ["a limit as a number", { poolDailyLimit: 5 }, "parameters/base-sepolia.json.poolDailyLimit: "],
    ...[`${MAX_LIMIT + 1n}`, "all", "", "-1", "1.5"].map((poolDailyLimit): [string, object, string] => [
      `a limit of "${poolDailyLimit}"`,
      { poolDailyLimit },
      "parameters/base-sepolia.json.poolDailyLimit: a daily limit is a whole number of µUSDC below 2^56",
    ]),
  ];
  for (const [what, change, line] of lines) {
    it(`${what} is named in one line`, async () => {
      const message = await messageFor(change);
      expect(message).to.contain(line);
      expect(message).not.to.contain("\n");
    });
  }

  it("and a missing file, with what to do", async () => {
    const message = await readParameters(folder, "base").then(String, (error: Error) => error.message);
    expect(message).to.equal(
      "deployments/parameters/base.json is missing: copy deployments/parameters/example.json and fill it in.",
    );
  });
});
