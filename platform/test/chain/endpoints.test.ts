/** Several endpoints of one chain, behind HTTP: who is asked when one stands, is behind, lies, goes and comes back. */
import { createServer, type Server } from "node:http";
import { UsageError } from "@luxxon/chain/usageError";
import { expect } from "chai";
import { openEndpoints } from "../../src/chain/endpoints.ts";

interface Request {
  id: number;
  method: string;
  params: unknown[];
}

/** A node that says what it is told to. */
async function openNode(name: string) {
  const node = {
    chainId: 84_532,
    head: 100,
    isAway: false,
    taken: [] as unknown[],
    refuses: undefined as string | undefined,
  };
  const answer = ({ method, params }: Request): unknown => {
    if (method === "eth_chainId") return `0x${node.chainId.toString(16)}`;
    if (method === "eth_blockNumber") return `0x${node.head.toString(16)}`;
    if (method === "eth_sendRawTransaction") return node.taken.push(params[0]);
    return name;
  };
  const server: Server = createServer(async (request, response) => {
    if (node.isAway) return response.destroy();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const asked = JSON.parse(Buffer.concat(chunks).toString()) as Request;
    const error = node.refuses === undefined ? undefined : { code: -32_000, message: node.refuses };
    const isLook = asked.method === "eth_chainId" || asked.method === "eth_blockNumber";
    response.end(
      JSON.stringify({ jsonrpc: "2.0", id: asked.id, ...(error && !isLook ? { error } : { result: answer(asked) }) }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { node, url: `http://127.0.0.1:${port}`, close };
}

describe("several endpoints", () => {
  let ms = 0;
  let servers: Awaited<ReturnType<typeof openNode>>[] = [];
  const clock = { now: () => new Date(ms) };
  const told: unknown[] = [];
  const log = { warn: (_what: object, message: string) => void told.push(message) };

  async function open(count: number) {
    servers = await Promise.all(Array.from({ length: count }, (_, i) => openNode("abc"[i] ?? "")));
    const endpoints = openEndpoints(
      servers.map(({ url }) => url),
      { clock, log },
    );
    await endpoints.chainId();
    await endpoints.look();
    const nodes = servers.map(({ node }) => node);
    /** Seconds pass, a look at each; those that move have four more blocks each time. */
    const pass = async (seconds: number, ...moving: number[]) => {
      for (let i = 0; i < seconds; i++) {
        ms += 1_000;
        for (const at of moving) (nodes[at] as (typeof nodes)[0]).head += 4;
        await endpoints.look();
      }
    };
    const who = () => endpoints.ask("who", []);
    return { endpoints, nodes, pass, who, whys: () => endpoints.states().map(({ leftOut }) => leftOut) };
  }

  beforeEach(() => {
    ms = 1_000_000;
    told.length = 0;
  });
  afterEach(() => {
    for (const { close } of servers) close();
    servers = [];
  });

  it("asks the one that answered last", async () => {
    const { who, nodes } = await open(2);
    expect(await who()).to.equal("a");
    (nodes[0] as { isAway: boolean }).isAway = true;
    expect(await who()).to.equal("b");
    (nodes[0] as { isAway: boolean }).isAway = false;
    expect(await who()).to.equal("b");
  });

  it("R41: leaves out one that stands for 5 s while another moves, and says so", async () => {
    const { pass, who, whys } = await open(2);
    await pass(4, 1);
    expect(await who()).to.equal("a");
    await pass(2, 1);
    expect(await who()).to.equal("b");
    expect(whys()).to.deep.equal(["stands", undefined]);
    expect(told).to.deep.equal(["the endpoint is left out"]);
  });

  it("R41: asks it again once it is level", async () => {
    const { pass, who, whys, nodes } = await open(2);
    await pass(6, 1);
    expect(whys()).to.deep.equal(["stands", undefined]);
    const [first, second] = nodes as [(typeof nodes)[0], (typeof nodes)[0]];
    first.head = second.head;
    await pass(1, 0, 1);
    expect(whys()).to.deep.equal([undefined, undefined]);
    second.isAway = true;
    expect(await who()).to.equal("a");
  });

  it("R41: leaves out one that moves, and is behind where the other was 5 s ago", async () => {
    const { pass, who, whys, nodes } = await open(2);
    const [first, second] = nodes as [(typeof nodes)[0], (typeof nodes)[0]];
    second.head = 17_000;
    await pass(7, 0, 1);
    expect(whys()).to.deep.equal(["behind", undefined]);
    expect(await who()).to.equal("b");
    first.head = second.head;
    await pass(1, 0, 1);
    expect(whys()).to.deep.equal([undefined, undefined]);
  });

  it("leaves nobody out while the whole chain stands, however long", async () => {
    const { pass, who, whys } = await open(2);
    ms += 7_200_000;
    await pass(3);
    expect(whys()).to.deep.equal([undefined, undefined]);
    expect(await who()).to.equal("a");
  });

  it("one of three that makes up a head leaves nobody else out", async () => {
    const { pass, whys, nodes } = await open(3);
    (nodes[2] as { head: number }).head = 1e12;
    await pass(10, 0, 1, 2);
    expect(whys()).to.deep.equal([undefined, undefined, undefined]);
  });

  it("does not start where they serve different chains: the line names both", async () => {
    servers = [await openNode("a"), await openNode("b")];
    const [one, other] = servers as [(typeof servers)[0], (typeof servers)[0]];
    other.node.chainId = 1;
    const endpoints = openEndpoints([one.url, other.url], { clock, log });
    const refused = await endpoints.chainId().catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(UsageError);
    expect((refused as Error).message).to.equal(
      `RPC_URL: ${other.url} serves chain 1, and RPC_URL: ${one.url} chain 84532: all have to serve one.`,
    );
  });

  it("one that was away at the start and comes back on another chain is never asked", async () => {
    servers = [await openNode("a"), await openNode("b")];
    const [one, other] = servers as [(typeof servers)[0], (typeof servers)[0]];
    Object.assign(other.node, { isAway: true, chainId: 1 });
    const endpoints = openEndpoints([one.url, other.url], { clock, log });
    expect(await endpoints.chainId()).to.equal(84_532);
    other.node.isAway = false;
    await endpoints.look();
    expect(endpoints.states().map(({ leftOut }) => leftOut)).to.deep.equal([undefined, "foreign"]);
    one.node.isAway = true;
    const refused = await endpoints.ask("who", []).catch((error: Error) => error);
    expect(refused).to.be.instanceOf(Error);
  });

  it("one that goes and comes back on another chain is left out", async () => {
    const { pass, whys, nodes } = await open(2);
    Object.assign(nodes[0] as object, { isAway: true });
    await pass(1, 1);
    expect(whys()).to.deep.equal(["away", undefined]);
    Object.assign(nodes[0] as object, { isAway: false, chainId: 1, head: 1e6 });
    await pass(1, 1);
    expect(whys()).to.deep.equal(["foreign", undefined]);
  });

  it("sends a transaction to all, and takes it for sent if one took it", async () => {
    const { endpoints, nodes } = await open(3);
    const [first, second, third] = nodes as [(typeof nodes)[0], (typeof nodes)[0], (typeof nodes)[0]];
    first.refuses = "txpool is full";
    third.isAway = true;
    expect(await endpoints.ask("eth_sendRawTransaction", ["0x02"])).to.equal(1);
    expect([first, second, third].map(({ taken }) => taken)).to.deep.equal([[], ["0x02"], []]);
  });

  it("says what the first said where nobody took it", async () => {
    const { endpoints, nodes } = await open(2);
    for (const [i, node] of nodes.entries()) node.refuses = ["nonce too low", "txpool is full"][i];
    const refused = await endpoints.ask("eth_sendRawTransaction", ["0x02"]).catch((error: Error) => error.message);
    expect(refused).to.match(/refuses eth_sendRawTransaction: nonce too low/);
  });
});
