/** `npm run demo`, run as a visitor runs it: the quickstart whole, against a platform that it starts and stops. */
import { spawnSync } from "node:child_process";
import { ROOT } from "@luxxon/chain/root";
import { expect } from "chai";

interface Document {
  steps: { title: string; exchanges: { curl: string; status: number }[] }[];
  checks: { what: string; agrees: boolean; details: string }[];
  agrees: boolean;
}

describe("the quickstart, played by the demo", function () {
  this.timeout(120_000);
  let status: number | null;
  let document: Document;

  before(() => {
    const run = spawnSync(process.execPath, ["scripts/demo/command.ts", "--json"], { cwd: ROOT, encoding: "utf8" });
    status = run.status;
    if (run.stdout === "") throw new Error(run.stderr);
    document = JSON.parse(run.stdout) as Document;
  });

  it("ends with what the platform says and what the chain says in agreement", () => {
    expect(document.checks.filter(({ agrees }) => !agrees)).to.deep.equal([]);
    expect(document.checks).to.have.length(10);
    expect(status).to.equal(0);
  });

  it("sends the quickstart's requests in their order", () => {
    const sent = document.steps.flatMap(({ exchanges }) => exchanges.map(({ curl }) => curl.split(" \\\n")[0] ?? ""));
    const paths = sent.map((line) => line.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "{id}").replace("curl ", ""));
    expect(paths).to.deep.equal([
      "$API/config",
      "-X POST $API/faucet",
      "-X POST $API/workspaces/challenge",
      "-X POST $API/workspaces",
      "-X POST $API/auth/wallet/challenge",
      "-X POST $API/auth/wallet/login",
      "-X POST $API/auth/workspace/select",
      "-X POST $API/workspaces/{id}/api-keys",
      "-X POST $API/sessions",
      "-X POST $API/sessions/{id}/accept",
      "-X POST $API/sessions/{id}/start",
      "-X POST $API/sessions/{id}/end",
      "$API/settlements/{id}",
      "$API/settlements/{id}",
      "$API/wallet",
    ]);
  });
});
