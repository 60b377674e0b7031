/** The ABI package in a client's page: the README's component, compiled by wagmi's types, and used in a browser. */
import { ROOT } from "@luxxon/chain/root";
import { noBrowser, openBrowser } from "@luxxon/local/browser";
import { serveLocalChain } from "@luxxon/local/chain";
import { type Endpoint, serve } from "@luxxon/local/fork/relay";
import { expect } from "chai";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { USDC } from "../support/session.ts";
import { fresh, type Situation } from "../support/situation.ts";
import { type Consumer, clientsProject } from "./support/consumer.ts";
import { examplesOf } from "./support/examples.ts";
import { installMulticall } from "./support/multicall.ts";

const EXAMPLE = examplesOf(`${ROOT}/abi/README.md`, "tsx").get("Use it with wagmi and React");

/** What a page around the component has: a chain, and a wallet whose keys the chain itself holds. */
const pageOf = (url: string, settlement: string, consumer: string) => `
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import { http } from "viem";
import { createConfig, WagmiProvider } from "wagmi";
import { connect } from "wagmi/actions";
import { baseSepolia } from "wagmi/chains";
import { mock } from "wagmi/connectors";
import { Pool } from "./pool";

const [consumer, settlement, url] = ${JSON.stringify([consumer, settlement, url])} as const;
const chain = { ...baseSepolia, rpcUrls: { default: { http: [url] } } } as const;
const wallet = mock({ accounts: [consumer] });
const config = createConfig({ chains: [chain], connectors: [wallet], transports: { [chain.id]: http(url) }, storage: null, pollingInterval: 50 });
await connect(config, { connector: wallet });
createRoot(document.body).render(
  <WagmiProvider config={config} reconnectOnMount={false}>
    <QueryClientProvider client={new QueryClient()}>
      <Pool settlement={settlement} consumer={consumer} />
    </QueryClientProvider>
  </WagmiProvider>,
);
`;

describe("a client's page with wagmi, React and the ABI package", function () {
  this.timeout(300_000);
  let consumer: Consumer;
  let chain: Awaited<ReturnType<typeof serveLocalChain>>;
  let situation: Situation;

  before(async () => {
    consumer = await clientsProject();
    chain = await serveLocalChain("localBase", 0);
    situation = await fresh(chain.chain);
    // wagmi reads many things by one call.
    await installMulticall(chain.chain);
    const { settlement, alice } = situation;
    consumer.write("react/pool.tsx", EXAMPLE ?? "");
    consumer.write("react/page.tsx", pageOf(chain.url, settlement.address, alice.account.address));
    const options = { target: "es2022", lib: ["es2023", "dom"], strict: true, skipLibCheck: true, types: [] };
    consumer.write(
      "react/tsconfig.json",
      JSON.stringify({
        compilerOptions: { ...options, module: "esnext", moduleResolution: "bundler", jsx: "react-jsx", noEmit: true },
        include: ["pool.tsx"],
      }),
    );
  });
  after(() => chain.close());

  for (const version of ["5.9", "7.0"] as const) {
    it(`compiles under TypeScript ${version}`, async () => {
      expect(await consumer.compile(version, "react/tsconfig.json")).to.equal("");
    });
  }

  describe("in a browser", () => {
    let browser: Browser;
    let site: Endpoint;
    let page: Page;

    before(async function () {
      if (noBrowser !== undefined) return this.skip();
      const { outputFiles } = await build({
        entryPoints: [`${consumer.folder}/react/page.tsx`],
        bundle: true,
        format: "esm",
        jsx: "automatic",
        write: false,
        define: { "process.env.NODE_ENV": '"production"' },
        // What the client's project has is a link into this one.
        nodePaths: [`${consumer.folder}/node_modules`],
      });
      site = await serve(({ url }, response) => {
        const isScript = url === "/page.js";
        response.setHeader("content-type", isScript ? "text/javascript" : "text/html");
        response.end(isScript ? outputFiles[0]?.text : '<body></body><script type="module" src="/page.js"></script>');
      });
      browser = await openBrowser();
      page = await browser.newPage();
      await page.goto(site.url);
    });
    after(async () => {
      await browser?.close();
      site?.close();
    });

    it("shows the pool", async () => {
      await page.getByText("0 USDC", { exact: true }).waitFor();
    });

    it("tops it up by one signature", async () => {
      await page.getByRole("button", { name: "Top up 5 USDC" }).click();
      await page.getByText("5 USDC", { exact: true }).waitFor();
      expect(await situation.settlement.read.deposits([situation.alice.account.address])).to.equal(5n * USDC);
    });

    it("says in the package's words why it cannot", async () => {
      await situation.settlement.write.pause({ account: situation.guardian.account });
      await page.getByRole("button", { name: "Top up 5 USDC" }).click();
      expect(await page.getByRole("alert").innerText()).to.match(/paused/i);
    });
  });
});
