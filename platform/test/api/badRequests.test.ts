/** What is no request of this API: each is refused in the one envelope, with a request id, and none is a 500. */
import { expect } from "chai";
import { call, newPerson, type Person } from "../support/person.ts";
import { openPlatform, type TestPlatform } from "../support/platform.ts";
import { dial, expectRefusal, sendBytes } from "../support/wire.ts";

describe("a request that this API does not have", function () {
  this.timeout(60_000);
  let platform: TestPlatform;
  let ada: Person;

  before(async () => {
    platform = await openPlatform();
    ada = await newPerson(platform);
    await ada.signUp();
  });
  after(() => platform?.close());

  const path = "/auth/wallet/challenge";
  const plain = (text: string, headers: Record<string, string> = {}) =>
    call(platform, "POST", path, { raw: text, headers });
  const session = (change: Record<string, unknown>) =>
    ada.call("POST", "/sessions", { body: { lat: 4.71, lng: -74.07, maxDurationSeconds: 60, ...change } });

  describe("its body", () => {
    it("is no JSON", async () => {
      for (const text of ["{", "{'a': 1}", "walletAddress=0x00", '{"a": NaN}', '{"a": Infinity}', "\u0000", "[1,]"])
        expectRefusal(await plain(text), 400, "INVALID_INPUT", "body");
    });
    it("is JSON, and no object", async () => {
      for (const text of ["[]", "1", '"text"', "true"]) expectRefusal(await plain(text), 400, "INVALID_INPUT", "body");
    });
    it("is of another type than JSON", async () => {
      for (const type of ["text/plain", "application/xml", "multipart/form-data; boundary=x", "application/jsonp"])
        expectRefusal(await plain("{}", { "content-type": type }), 415, "UNSUPPORTED_MEDIA_TYPE");
    });
    it("is absent where something is needed", async () => {
      expectRefusal(await call(platform, "POST", path), 400, "INVALID_INPUT", "walletAddress");
      expectRefusal(await plain(""), 400, "INVALID_INPUT", "walletAddress");
    });
    it("is 64 KiB long, and read; a byte longer, and refused, however it is sent", async () => {
      const filled = (length: number) => {
        const body = JSON.stringify({ walletAddress: ada.address, filler: "" });
        return body.replace('""', `"${"x".repeat(length - body.length)}"`);
      };
      expect((await plain(filled(65_536))).status).to.equal(200);
      expectRefusal(await plain(filled(65_537)), 413, "PAYLOAD_TOO_LARGE");
      expectRefusal(await plain(filled(400_000)), 413, "PAYLOAD_TOO_LARGE");
      const chunk = "x".repeat(70_000);
      const chunked = await sendBytes(
        platform,
        `POST /api/v1${path} HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n${chunk.length.toString(16)}\r\n${chunk}\r\n0\r\n\r\n`,
      );
      expectRefusal(chunked, 413, "PAYLOAD_TOO_LARGE");
    });
    it("is curl's default type, with a charset, or has fields that nobody asked for: it is read", async () => {
      const text = JSON.stringify({ walletAddress: ada.address, unknown: { deep: [1] }, __proto__: { a: 1 } });
      for (const type of ["application/x-www-form-urlencoded", "application/json; charset=utf-8"])
        expect((await plain(text, { "content-type": type })).status).to.equal(200);
    });
    it("is nested deeper than anybody reads", async () => {
      expect(
        (await plain(`{"walletAddress":"${ada.address}","a":${"[".repeat(30_000)}${"]".repeat(30_000)}}`)).status,
      ).to.equal(200);
    });
    it("is no UTF-8", async () => {
      const bytes = Buffer.from(`{"walletAddress":"${ada.address}","a":"\xff"}`, "latin1");
      const head = `POST /api/v1${path} HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${bytes.length}\r\n\r\n`;
      const { status } = await sendBytes(platform, Buffer.concat([Buffer.from(head), bytes]));
      expect(status).to.be.oneOf([200, 400]);
    });
  });

  describe("a value in it", () => {
    it("is of the wrong type: the detail names the field", async () => {
      for (const [field, value] of [
        ["lat", "4.71"],
        ["lat", null],
        ["lng", [1]],
        ["maxDurationSeconds", "60"],
        ["maxDurationSeconds", true],
        ["waitTimeoutSeconds", "9"],
        ["quoteId", 7],
        ["workspaceId", {}],
        ["reference", 5],
        ["reference", ""],
        ["reference", "x".repeat(256)],
      ] as const)
        expectRefusal(await session({ [field]: value }), 400, "INVALID_INPUT", field);
    });
    it("is no place on the globe", async () => {
      for (const lat of [90.000001, -91, 1e308]) expectRefusal(await session({ lat }), 400, "INVALID_INPUT", "lat");
      for (const lng of [180.5, -181, -1e308]) expectRefusal(await session({ lng }), 400, "INVALID_INPUT", "lng");
    });
    it("is larger than any number", async () => {
      const raw = '{"lat": 1e400, "lng": 0, "maxDurationSeconds": 60}';
      expectRefusal(await ada.call("POST", "/sessions", { raw }), 400, "INVALID_INPUT", "lat");
    });
    it("is no duration from 1 to 86,400 whole seconds", async () => {
      for (const maxDurationSeconds of [0, -1, 86_401, 1.5, 1e15, 1e300])
        expectRefusal(await session({ maxDurationSeconds }), 400, "INVALID_INPUT", "maxDurationSeconds");
      for (const duration of ["0", "-1", "86401", "1.5", "x", "", "1e400", "NaN", "1&durationSeconds=2"])
        expectRefusal(
          await ada.call("GET", `/pricing/quote?lat=4&lng=4&durationSeconds=${duration}`),
          400,
          "INVALID_INPUT",
          "durationSeconds",
        );
    });
    it("is a slug of other letters, too short or too long", async () => {
      for (const slug of [
        "ab",
        "x".repeat(41),
        "Ada",
        "böhm",
        "кафе",
        "ａｂｃ",
        "a b c",
        "a_b_c",
        "abc\n",
        "aa\u0000a",
      ])
        expectRefusal(await ada.createWorkspace(["CONSUMER"], { slug }), 400, "INVALID_INPUT", "slug");
    });
    it("holds U+0000 or half of a surrogate pair, which no table can keep", async () => {
      for (const text of ["a\u0000b", "a\ud800", "\udc00b"]) {
        expectRefusal(await session({ reference: text }), 400, "INVALID_INPUT", "reference");
        expectRefusal(await ada.createWorkspace(["CONSUMER"], { name: text }), 400, "INVALID_INPUT", "name");
        expectRefusal(
          await ada.byCookie("POST", `/workspaces/${ada.workspaceId}/api-keys`, {
            body: { label: text, environment: "TEST", scopes: ["wallet:read"] },
          }),
          400,
          "INVALID_INPUT",
          "label",
        );
      }
      expectRefusal(await ada.call("GET", "/sessions?reference=a%00b"), 400, "INVALID_INPUT", "reference");
      expect((await session({ reference: "a whole pair: 😀" })).status).to.be.oneOf([201, 400]);
    });
    it("is no id", async () => {
      const ids = ["1", "x".repeat(100), "9".repeat(300), "%00", "..", "null", `${ada.workspaceId}0`, "%F0%9F%98%80"];
      for (const id of ids) {
        const { status } = await ada.call("GET", `/settlements/${id}`);
        expect(status, id).to.be.oneOf([400, 404]);
      }
      expectRefusal(await ada.call("GET", "/sessions/00000000-0000-0000-0000-000000000000"), 404, "SESSION_NOT_FOUND");
    });
    it("is no cursor of the list", async () => {
      const cursors = ["x", "1", `1_${"-".repeat(36)}`, "%00", "9".repeat(200)];
      for (const list of ["/sessions", "/settlements", "/wallet/events"])
        for (const cursor of cursors)
          if (list !== "/wallet/events" || cursor !== "1")
            expectRefusal(await ada.call("GET", `${list}?cursor=${cursor}`), 400, "INVALID_INPUT", "cursor");
      for (const cursor of ["08.1", "1", "1.x", "9".repeat(30)])
        expectRefusal(await ada.call("GET", `/events?cursor=${cursor}`), 400, "INVALID_INPUT", "cursor");
      expect((await ada.call("GET", `/sessions?cursor=999999999999999_${ada.workspaceId}`)).status).to.equal(200);
    });
    it("is an id in other letters, or a path with a slash at its end: it is the same", async () => {
      const { data } = await ada.call("GET", `/workspaces/${ada.workspaceId.toUpperCase()}/`);
      expect(data.id).to.equal(ada.workspaceId);
    });
    it("is there twice: the last counts, as everywhere in JavaScript", async () => {
      const raw = `{"lat": 91, "lat": 1, "lng": 1, "maxDurationSeconds": 0, "maxDurationSeconds": 60}`;
      expectRefusal(await ada.call("POST", "/sessions", { raw }), 400, "NO_CREDIT");
    });
    it("is a day that is in no calendar", async () => {
      const mint = (expiresAt: string) =>
        ada.byCookie("POST", `/workspaces/${ada.workspaceId}/api-keys`, {
          body: { label: "x", environment: "TEST", scopes: ["wallet:read"], expiresAt },
        });
      for (const day of ["2027-02-29", "2100-02-29", "2028-02-30", "2028-04-31", "2028-13-01", "2028-00-10"])
        expectRefusal(await mint(`${day}T00:00:00.000Z`), 400, "INVALID_INPUT", "expiresAt");
      for (const time of ["24:00:00Z", "23:60:00Z", "23:59:60Z", "23:59:59", "12:00:00+02:00"])
        expectRefusal(await mint(`2028-02-28T${time}`), 400, "INVALID_INPUT", "expiresAt");
      for (const time of ["2028-02-29T00:00:00.000Z", "2400-02-29T23:59:59Z", "9999-12-31T23:59:59.999999Z"])
        expect((await mint(time)).status, time).to.equal(201);
    });
    it("tries to write a header of the answer", async () => {
      const split = "a%0d%0aset-cookie:%20b=c";
      for (const path of [`/sessions/${split}`, `/sessions?cursor=${split}`, `/sessions?limit=1&x=${split}`]) {
        const { headers } = await ada.call("GET", path);
        expect(headers.get("set-cookie")).to.equal(null);
        expect(headers.get("link") ?? "").to.not.include("\n");
      }
    });
    it("is no limit from 1 to 500", async () => {
      for (const limit of ["0", "501", "-1", "x", "1.5"])
        expectRefusal(await ada.call("GET", `/sessions?limit=${limit}`), 400, "INVALID_INPUT", "limit");
    });
  });

  describe("its path or method", () => {
    it("is nowhere, whatever body comes along", async () => {
      for (const [method, where] of [
        ["GET", "/nothing"],
        ["POST", "/nothing"],
        ["GET", "/sessions/a/b/c"],
        ["GET", "//sessions"],
        ["DELETE", "/workspaces/x/api-keys/y/z"],
      ] as const)
        expectRefusal(await call(platform, method, where, method === "POST" ? { raw: "{" } : {}), 404, "NOT_FOUND");
    });
    it("climbs out of it", async () => {
      for (const where of [
        "/../../etc/passwd",
        "/..%2f..%2fetc%2fpasswd",
        "/sessions/..%2f..%2f..%2fetc",
        "/%2e%2e/%2e%2e/x",
      ]) {
        const answer = await sendBytes(platform, `GET /api/v1${where} HTTP/1.1\r\nhost: a\r\n\r\n`);
        expect(answer.status, where).to.be.oneOf([400, 401, 404]);
        expect(answer.body.requestId).to.be.a("string");
      }
    });
    it("cannot be decoded", async () => {
      const answer = await sendBytes(platform, "GET /api/v1/sessions/%ff HTTP/1.1\r\nhost: a\r\n\r\n");
      expectRefusal(answer, 400, "INVALID_INPUT");
      expect(answer.head).to.contain("x-request-id: ");
    });
    it("has other methods: 405 says which, for paths with parameters too", async () => {
      const id = ada.workspaceId;
      for (const [method, where, allow] of [
        ["GET", "/auth/wallet/login", "POST, OPTIONS"],
        ["HEAD", "/auth/wallet/login", "POST, OPTIONS"],
        ["PUT", "/config", "GET, HEAD, OPTIONS"],
        ["DELETE", "/sessions", "POST, GET, HEAD, OPTIONS"],
        ["GET", "/sessions/cancel-all-assignments", "POST, OPTIONS"],
        ["DELETE", "/sessions/cancel-all-assignments/", "POST, OPTIONS"],
        ["GET", "/workspaces/challenge", "POST, OPTIONS"],
        ["PATCH", `/sessions/${id}`, "GET, HEAD, DELETE, OPTIONS"],
        ["PUT", `/workspaces/${id}/api-keys/${id}/revoke`, "POST, OPTIONS"],
        ["POST", `/settlements/${id}`, "GET, HEAD, OPTIONS"],
        ["TRACE", "/config", "GET, HEAD, OPTIONS"],
      ] as const) {
        const answer =
          method === "TRACE"
            ? await sendBytes(platform, `TRACE /api/v1${where} HTTP/1.1\r\nhost: a\r\n\r\n`).then((it) => ({
                ...it,
                headers: new Headers({ allow: /allow: (.*)/.exec(it.head)?.[1]?.toUpperCase() ?? "" }),
              }))
            : await call(
                platform,
                method,
                where,
                method === "PUT" ? { raw: "<a/>", headers: { "content-type": "text/xml" } } : {},
              );
        expect([...(answer.headers.get("allow") ?? "").split(", ")].sort(), `${method} ${where}`).to.deep.equal(
          allow.split(", ").sort(),
        );
        if (method === "HEAD") expect(answer.status).to.equal(405);
        else expectRefusal(answer, 405, "METHOD_NOT_ALLOWED", "method");
      }
    });
    it("asks by OPTIONS which methods there are", async () => {
      const answer = await call(platform, "OPTIONS", `/sessions/${ada.workspaceId}`);
      expect(answer.status).to.equal(204);
      expect(answer.headers.get("allow")).to.contain("DELETE");
      expectRefusal(await call(platform, "OPTIONS", "/nothing"), 404, "NOT_FOUND");
    });
    it("is HEAD where there is GET: the same without a body", async () => {
      const answer = await call(platform, "HEAD", "/config");
      expect(answer.status).to.equal(200);
      expect(answer.body).to.deep.equal({});
    });
  });

  describe("its bytes", () => {
    const refused = async (bytes: string | Uint8Array, status: number, code: string) => {
      const answer = await sendBytes(platform, bytes);
      expectRefusal(answer, status, code);
      expect(answer.head).to.contain(`x-request-id: ${answer.body.requestId}`);
    };
    it("are garbage", async () => {
      await refused("hello\r\n\r\n", 400, "INVALID_INPUT");
      await refused(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01]), 400, "INVALID_INPUT");
      await refused("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, "INVALID_INPUT");
      await refused("GET / HTTP/1.1\r\nhost: a\r\ncontent-length: x\r\n\r\n", 400, "INVALID_INPUT");
      await refused("FOO /api/v1/config HTTP/1.1\r\nhost: a\r\n\r\n", 400, "INVALID_INPUT");
    });
    it("are headers of more than 16 KiB", async () => {
      await refused(
        `GET /api/v1/config HTTP/1.1\r\nhost: a\r\nx: ${"x".repeat(20_000)}\r\n\r\n`,
        431,
        "HEADERS_TOO_LARGE",
      );
    });
    it("lack a Host: it is answered all the same", async () => {
      const { status } = await sendBytes(platform, "GET /api/v1/config HTTP/1.1\r\n\r\n");
      expect(status).to.equal(200);
    });
    it("ask for a tunnel, or expect what nobody knows: the first is refused, the second is nothing", async () => {
      const tunnel = await sendBytes(platform, "CONNECT evil.example:443 HTTP/1.1\r\nhost: evil.example\r\n\r\n");
      expectRefusal(tunnel, 405, "METHOD_NOT_ALLOWED");
      expect(tunnel.head).to.contain("allow: get, head");
      // Whoever hangs up at once breaks nothing.
      for (let i = 0; i < 20; i++) {
        const socket = await dial(platform);
        socket.write("CONNECT a:1 HTTP/1.1\r\nhost: a\r\n\r\n");
        socket.resetAndDestroy();
      }
      const expecting = await sendBytes(platform, "GET /api/v1/config HTTP/1.1\r\nhost: a\r\nexpect: wonders\r\n\r\n");
      expect(expecting.status).to.equal(200);
    });
    it("are two requests to one reader, and one to another", async () => {
      const post = `POST /api/v1${path} HTTP/1.1\r\nhost: a\r\n`;
      await refused(`${post}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`, 400, "INVALID_INPUT");
      await refused(`${post}content-length: 5\r\ncontent-length: 6\r\n\r\nhello`, 400, "INVALID_INPUT");
    });
    it("are cut off in the middle: the next connection is served", async () => {
      for (let i = 0; i < 20; i++) {
        const socket = await dial(platform);
        socket.write(
          `POST /api/v1${path} HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{"wall`,
        );
        socket.destroy();
      }
      expect((await call(platform, "GET", "/config")).status).to.equal(200);
    });
    it("come too slowly", async function () {
      this.timeout(30_000);
      const [head, body] = await Promise.all([
        sendBytes(platform, "GET /api/v1/config HTTP/1.1\r\nhost: a\r\nx: ", 20_000),
        sendBytes(
          platform,
          `POST /api/v1${path} HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{"wall`,
          20_000,
        ),
      ]);
      for (const answer of [head, body]) expectRefusal(answer, 408, "TIMEOUT");
    });
  });

  describe("its id", () => {
    it("comes back in the header and in every error", async () => {
      const answer = await call(platform, "GET", "/nothing", { headers: { "x-request-id": "my-request.1" } });
      expect(answer.headers.get("x-request-id")).to.equal("my-request.1");
      expect(answer.body.requestId).to.equal("my-request.1");
    });
    it("is replaced if it is not fit for a log line", async () => {
      for (const id of ["a b", "x".repeat(129), '"; drop']) {
        const answer = await call(platform, "GET", "/config", { headers: { "x-request-id": id } });
        expect(answer.headers.get("x-request-id")).to.match(/^[0-9a-f-]{36}$/);
      }
    });
  });
});
