import { expect } from "chai";
import { InvalidSessionIdError, InvalidUuidError } from "../../abi/src/errors.ts";
import { sessionIdFromUuid, uuidFromSessionId, uuidRuns } from "../../abi/src/sessionId.ts";

const UUID = "018f2b6a-7c1e-8a3d-9b52-0d3f6c7e9a00";
const SESSION_ID = "0x00000000000000000000000000000000018f2b6a7c1e8a3d9b520d3f6c7e9a00";

describe("the session id of a UUID", () => {
  it("is the UUID in its low 128 bits", () => expect(sessionIdFromUuid(UUID)).to.equal(SESSION_ID));

  it("does not depend on the case", () => expect(sessionIdFromUuid(UUID.toUpperCase())).to.equal(SESSION_ID));

  it("leads back to the UUID", () => expect(uuidFromSessionId(SESSION_ID)).to.equal(UUID));

  for (const wrong of [
    "",
    "018f2b6a7c1e8a3d9b520d3f6c7e9a00",
    `${UUID}0`,
    `{${UUID}}`,
    UUID.replace("0", "g"),
    ` ${UUID}`,
  ]) {
    it(`is refused for "${wrong}"`, () => {
      expect(() => sessionIdFromUuid(wrong))
        .to.throw(InvalidUuidError, `"${wrong}" is not a UUID`)
        .with.property("value", wrong);
    });
  }

  for (const wrong of [
    "0x",
    SESSION_ID.slice(0, -1),
    `${SESSION_ID}0`,
    `0x1${SESSION_ID.slice(3)}`,
  ] as `0x${string}`[]) {
    it(`cannot be ${wrong}`, () => {
      expect(() => uuidFromSessionId(wrong))
        .to.throw(InvalidSessionIdError, wrong)
        .with.property("value", wrong);
    });
  }
});

describe("runs of UUIDs", () => {
  const uuids = uuidRuns();
  const ids = Array.from({ length: 1024 }, () => uuids.next().value);
  const runs = ids.map((uuid) => sessionIdFromUuid(uuid).slice(0, -2));

  it("never repeat one", () => expect(new Set(ids).size).to.equal(1024));

  it("share their first 120 bits, 256 at a time", () => {
    for (let i = 0; i < 1024; i += 256) expect(new Set(runs.slice(i, i + 256)).size).to.equal(1);
    expect(new Set(runs).size).to.equal(4);
  });

  it("count through the last byte", () => {
    expect(ids.slice(0, 256).map((uuid) => Number.parseInt(uuid.slice(-2), 16))).to.deep.equal([...Array(256).keys()]);
  });

  it("are of version 8 and of RFC 9562's variant", () => {
    for (const uuid of ids)
      expect(uuid).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it("come from the randomness that is given", () => {
    const allOnes = uuidRuns((bytes) => bytes.fill(0xff));
    expect(allOnes.next().value).to.equal("ffffffff-ffff-8fff-bfff-ffffffffff00");
  });
});
