/**
 * The quickstart by bash and curl, with its very methods, paths, headers and bodies. Only what a shell cannot do is done
 * here: the signatures, and the two transactions that fund the pool.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { newPerson, type Person } from "../support/person.ts";
import { openPlatform, type TestPlatform } from "../support/platform.ts";

const hasCurl = spawnSync("curl", ["--version"]).status === 0;

describe("the quickstart by curl", function () {
  this.timeout(60_000);
  let platform: TestPlatform;
  let ada: Person;
  let folder: string;
  /** What the quickstart keeps in shell variables. */
  const kept: Record<string, string> = {};

  before(async function () {
    if (!hasCurl) this.skip();
    platform = await openPlatform();
    ada = await newPerson(platform);
    folder = await mkdtemp(join(tmpdir(), "luxxon-curl-"));
    kept.API = platform.api;
  });
  after(async () => {
    await platform?.close();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  /** Runs a line as the page prints it. @returns What curl prints. */
  const bash = (line: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const child = spawn("bash", ["-c", line], { cwd: folder, env: { ...process.env, ...kept } });
      let printed = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        printed += text;
      });
      child.on("error", reject);
      child.on("close", (status) =>
        status === 0 ? resolve(printed) : reject(new Error(`exit code ${status}: ${line}`)),
      );
    });
  const dataOf = (printed: string) => JSON.parse(printed.slice(printed.indexOf("{"))).data;

  it("1. gets a challenge", async () => {
    const printed = await bash(`curl -s -X POST $API/workspaces/challenge \\
      -H "Content-Type: application/json" \\
      -d '{"walletAddress":"${ada.address}"}'`);
    const { nonce, message, expiresAt } = dataOf(printed);
    expect([typeof nonce, typeof message, typeof expiresAt]).to.deep.equal(["string", "string", "string"]);
    Object.assign(kept, { NONCE: nonce, SIGNED: await ada.account.signMessage({ message }) });
  });

  it("3. creates the workspace, with the token in header and body", async () => {
    const printed = await bash(`curl -s -X POST $API/workspaces \\
      -H "Content-Type: application/json" \\
      -d '{
        "slug": "my-eyes",
        "name": "My Vision Co",
        "walletAddress": "${ada.address}",
        "signature": "${kept.SIGNED}",
        "nonce": "${kept.NONCE}",
        "roles": ["CONSUMER", "SUPPLIER"]
      }' \\
      -i`);
    const { id, consistencyToken } = dataOf(printed);
    expect(printed).to.match(/^HTTP\/1.1 201/);
    expect(printed.toLowerCase()).to.include(`x-lx-consistency-token: ${consistencyToken.toLowerCase()}`);
    kept.WORKSPACE = id;
  });

  it("4. signs in, and pins the cookie to the workspace", async () => {
    const challenge = dataOf(
      await bash(`curl -s -X POST $API/auth/wallet/challenge \\
        -H "Content-Type: application/json" \\
        -d '{"walletAddress":"${ada.address}"}'`),
    );
    const signature = await ada.account.signMessage({ message: challenge.message });
    await bash(`curl -s -X POST $API/auth/wallet/login \\
      -H "Content-Type: application/json" \\
      -c cookies.txt \\
      -d '{
        "walletAddress": "${ada.address}",
        "nonce": "${challenge.nonce}",
        "signature": "${signature}"
      }'`);
    const selected = await bash(`curl -s -X POST $API/auth/workspace/select \\
      -H "Content-Type: application/json" \\
      -b cookies.txt -c cookies.txt \\
      -d "{\\"workspaceId\\":\\"$WORKSPACE\\"}"`);
    expect(dataOf(selected)).to.include({ workspaceId: kept.WORKSPACE, role: "OWNER" });
    expect(await readFile(join(folder, "cookies.txt"), "utf8")).to.match(/#HttpOnly_127\.0\.0\.1.*lx_session/);
  });

  it("5. mints an API key, with the sample token that another SpiceDB made", async () => {
    const minted = await bash(`curl -s -X POST $API/workspaces/$WORKSPACE/api-keys \\
      -b cookies.txt \\
      -H "X-Lx-Consistency-Token: GgYKBENPb1Y=" \\
      -H "Content-Type: application/json" \\
      -d '{
        "label": "first-key",
        "environment": "TEST",
        "scopes": ["sessions:create", "sessions:read",
                   "sessions:operate", "pricing:read", "wallet:read"]
      }'`);
    kept.KEY = dataOf(minted).plaintext;
    expect(kept.KEY).to.match(/^lxxn_test_/);
  });

  it("7. opens a session on the pool that was topped up", async () => {
    await ada.fund(5_000_000n);
    const opened = dataOf(
      await bash(`curl -s -X POST $API/sessions \\
        -H "Authorization: Bearer $KEY" \\
        -H "Content-Type: application/json" \\
        -d '{
          "lat": 4.71,
          "lng": -74.07,
          "maxDurationSeconds": 60
        }'`),
    );
    expect(opened).to.include({ state: "REQUESTED", ratePerSecondMicroUsdc: "1000" });
    kept.SID = opened.id;
  });

  it("8. accepts, starts and ends it, three seconds later", async () => {
    const accepted = await bash(`curl -s -X POST $API/sessions/$SID/accept \\
      -H "Authorization: Bearer $KEY" -d '{}'`);
    expect(dataOf(accepted).state).to.equal("ASSIGNED");
    const started = await bash(`curl -s -X POST $API/sessions/$SID/start \\
      -H "Authorization: Bearer $KEY"`);
    expect(dataOf(started).state).to.equal("LIVE");
    const ended = await bash(`sleep 3; curl -s -X POST $API/sessions/$SID/end \\
      -H "Authorization: Bearer $KEY"`);
    const { state, cleanSeconds, chargedMicroUsdc } = dataOf(ended);
    expect(state).to.equal("ENDED");
    expect(chargedMicroUsdc).to.equal(String(cleanSeconds * 1_000));
    expect(cleanSeconds).to.be.at.least(3);
  });

  it("9. sees its settlement confirmed, by a transaction on chain", async () => {
    ada.apiKey = kept.KEY ?? "";
    await ada.settlement(kept.SID ?? "");
    const inspected = dataOf(await bash(`curl -s $API/settlements/$SID -H "Authorization: Bearer $KEY"`));
    expect(inspected.state).to.equal("CONFIRMED");
    const { status } = await ada.publicClient.getTransactionReceipt({ hash: inspected.txHash });
    expect(status).to.equal("success");
  });
});
