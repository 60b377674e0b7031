/** The requests of the account API's page, sent by curl with its headers and bodies, and its answers. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect } from "chai";
import { decideAbout, rootOf } from "../support/account.ts";
import { openPlatform, type TestPlatform } from "../support/platform.ts";

const EMAIL = "testuser@example.com";

const SIGN_UP = `{
  "email": "${EMAIL}",
  "password": "TestPass123",
  "org": "Test Organization",
  "scope": {
    "ethereum": {
      "validator_addresses": ["0x7e254f0f55e24b8a6995567241618f750d0d94f2cf49b36703869779d2ee4327"],
      "delegator_addresses": ["0xfaiojf923h2i.....", "0x329hipnasfnweufaw....."]
    }
  }
}`;
const NEW_KEY = `{
  "label": "Test API Key"
}`;

const run = promisify(execFile);

describe("the account API's own samples, by curl", function () {
  this.timeout(60_000);
  let platform: TestPlatform;
  let keyId: string;
  const authorization = `Authorization: Basic ${Buffer.from(`${EMAIL}:TestPass123`).toString("base64")}`;

  before(async () => {
    platform = await openPlatform();
  });
  after(() => platform?.close());

  /** @returns The status, and the body as it is read by a client of JSON. */
  async function curl(path: string, ...args: string[]) {
    const { stdout } = await run("curl", [
      "--silent",
      "--location",
      `${rootOf(platform)}${path}`,
      "--write-out",
      "\n%{http_code}",
      ...args,
    ]);
    const end = stdout.lastIndexOf("\n");
    const text = stdout.slice(0, end);
    return { status: Number(stdout.slice(end + 1)), text, body: text === "" ? undefined : JSON.parse(text) };
  }
  const signUp = (body: string) =>
    curl("/user/signup", "--header", "Content-Type: application/json", "--data-raw", body);
  const json = ["--header", "Content-Type: application/json", "--header", authorization];

  it("signs up, and waits for approval", async () => {
    expect(await signUp(SIGN_UP)).to.deep.include({
      status: 202,
      body: { message: "Registration request received and is pending approval." },
    });
  });

  it("answers a second sign-up of the same email with 409", async () => {
    expect(await signUp(SIGN_UP)).to.deep.include({
      status: 409,
      body: { error: "A user with this email already exists", code: "USER_EXISTS" },
    });
  });

  it("says so of what is no JSON", async () => {
    expect(await signUp(`${SIGN_UP.slice(0, -1)},`)).to.deep.include({
      status: 400,
      body: { error: "Invalid JSON payload", code: "INVALID_JSON" },
    });
  });

  it("says so of what is no email", async () => {
    expect(await signUp(SIGN_UP.replace(EMAIL, "testuser"))).to.deep.include({
      status: 400,
      body: {
        error: "Validation failed",
        code: "VALIDATION_ERROR",
        details: [{ field: "email", message: "Please provide a valid email address" }],
      },
    });
  });

  it("names both rules that a weak password breaks, in this order", async () => {
    expect(await signUp(SIGN_UP.replace("TestPass123", "test"))).to.deep.include({
      status: 400,
      body: {
        error: "Validation failed",
        code: "VALIDATION_ERROR",
        details: [
          { field: "password", message: "Password must be at least 8 characters long" },
          {
            field: "password",
            message: "Password must contain at least one lowercase letter, one uppercase letter, and one number",
          },
        ],
      },
    });
  });

  it("asks for an organisation that is missing", async () => {
    expect(await signUp(SIGN_UP.replace(/ {2}"org".*\n/, ""))).to.deep.include({
      status: 400,
      body: {
        error: "Validation failed",
        code: "VALIDATION_ERROR",
        details: [{ field: "org", message: "Required" }],
      },
    });
  });

  it("makes an API key once the account is approved", async () => {
    await decideAbout(platform, "approve", EMAIL);
    const { status, body } = await curl("/user/api-keys", ...json, "--data", NEW_KEY);
    expect(status).to.equal(201);
    expect(Object.keys(body)).to.deep.equal(["keyId", "label", "apiKey"]);
    expect(body.keyId).to.match(/^[0-9a-f]{24}$/);
    expect(body.label).to.equal("Test API Key");
    expect(body.apiKey).to.match(/^luga-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    keyId = body.keyId;
  });

  it("asks for a label that is missing", async () => {
    expect(await curl("/user/api-keys", ...json, "--data", "{}")).to.deep.include({
      status: 400,
      body: {
        error: "Validation failed",
        code: "VALIDATION_ERROR",
        details: [{ field: "label", message: "Required" }],
      },
    });
  });

  it("refuses a label that is too long", async () => {
    const { body } = await curl("/user/api-keys", ...json, "--data", JSON.stringify({ label: "x".repeat(65) }));
    expect(body.details).to.deep.equal([{ field: "label", message: "Label is too long" }]);
  });

  it("lists the keys, without the keys themselves", async () => {
    const { status, body } = await curl("/user/api-keys", "--header", authorization);
    expect(status).to.equal(200);
    expect(Object.keys(body)).to.deep.equal(["keys"]);
    expect(body.keys).to.have.length(1);
    expect(Object.keys(body.keys[0])).to.deep.equal(["keyId", "label", "createdAt"]);
    expect(body.keys[0]).to.include({ keyId, label: "Test API Key" });
    expect(body.keys[0].createdAt).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it("revokes a key, and answers 204 without a body", async () => {
    expect(await curl(`/user/api-keys/${keyId}`, "--request", "DELETE", ...json)).to.include({ status: 204, text: "" });
    expect((await curl("/user/api-keys", "--header", authorization)).body).to.deep.equal({ keys: [] });
  });

  it("refuses the page's own key id, which is no hex", async () => {
    expect(await curl("/user/api-keys/68c0f941ac35dcc2130a00aX", "--request", "DELETE", ...json)).to.deep.include({
      status: 400,
      body: {
        error: "Validation failed",
        code: "VALIDATION_ERROR",
        details: [{ field: "keyId", message: "Invalid API key ID format" }],
      },
    });
  });

  it("does not find a key that there is not", async () => {
    expect(await curl("/user/api-keys/68c0f9413c35d9c2140a00a7", "--request", "DELETE", ...json)).to.deep.include({
      status: 404,
      body: { error: "API key not found or does not belong to user", code: "API_KEY_NOT_FOUND" },
    });
  });

  it("takes the page's garbled credentials for nobody's", async () => {
    const garbled = "Authorization: Basic dGVzdHVzZXXAXuhbXBsZS5jb206GGVzdFBhc3MxMjM=";
    expect(await curl("/user/api-keys", "--header", garbled)).to.deep.include({
      status: 401,
      body: { error: "Invalid email or password", code: "INVALID_CREDENTIALS" },
    });
  });
});
