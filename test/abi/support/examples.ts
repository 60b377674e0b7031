/** Turns examples into programs: what a page shows, word for word, behind the imports of what it takes for granted. */
import { readFileSync } from "node:fs";
import type { LuxxonReceipt } from "@luxxon/contracts-abi/receipt";
import { MULTICALL3 } from "./multicall.ts";

/** What an example may take for granted, by the module that makes it: `setupOf`, `BATCHING_SETUP`, `ethersSetupOf`, `receiptSetupOf`. */
const GIVEN = {
  setup: ["client", "publicClient", "relayerClient", "SETTLEMENT", "USDC", "consumer", "operator"],
  batching: ["walletClient"],
  ethers: ["provider"],
  receipt: ["receiptJson", "blockHash"],
} as const;

export interface Setup {
  url: string;
  settlement: string;
  usdc: string;
  consumer: string;
  relayer: string;
  operator: string;
}

/** The module that the examples' programs import: clients of a local chain, and the addresses on it. */
export function setupOf(setup: Setup): string {
  // Not viem/chains: the older compilers take seconds to read all of them.
  return `import { createPublicClient, createWalletClient, defineChain, http, publicActions } from "viem";
const baseSepolia = defineChain({
  id: 84532,
  name: "Base Sepolia",
  nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
  rpcUrls: { default: { http: [${JSON.stringify(setup.url)}] } },
  contracts: { multicall3: { address: "${MULTICALL3}" } },
});
const transport = http(${JSON.stringify(setup.url)});
export const SETTLEMENT = "${setup.settlement}" as const;
export const USDC = "${setup.usdc}" as const;
export const consumer = "${setup.consumer}" as const;
export const operator = "${setup.operator}" as const;
export const client = createWalletClient({ account: consumer, chain: baseSepolia, transport }).extend(publicActions);
export const relayerClient = createWalletClient({ account: "${setup.relayer}", chain: baseSepolia, transport }).extend(publicActions);
export const publicClient = createPublicClient({ chain: baseSepolia, transport });
`;
}

/** The module of a client whose wallet takes batches of calls; it stands beside `wallet.ts` of this folder. */
export const BATCHING_SETUP = `import { createWalletClient, custom, type EIP1193RequestFn } from "viem";
import { client } from "./setup.js";
import { walletInFrontOf } from "./wallet.js";
const transport = custom({ request: walletInFrontOf(client.request as EIP1193RequestFn) });
export const walletClient = createWalletClient({ account: client.account, chain: client.chain, transport, pollingInterval: 50 });
`;

/** The module of what only examples with ethers take for granted. */
export function ethersSetupOf({ url }: Pick<Setup, "url">): string {
  return `import { JsonRpcProvider } from "ethers";
export const provider = new JsonRpcProvider(${JSON.stringify(url)}, 84532, { staticNetwork: true, cacheTimeout: -1, polling: true, pollingInterval: 50 });
`;
}

/** The module of a receipt, and of its block's hash. */
export function receiptSetupOf(receipt: LuxxonReceipt): string {
  const [json, hash] = [JSON.stringify(receipt), receipt.blockHash].map((text) => JSON.stringify(text));
  return `export const receiptJson = ${json};\nexport const blockHash = ${hash} as const;\n`;
}

/** An example as an ES module. */
export function asModule(example: string): string {
  return `${givenTo(example, "js")}${example}\nexport {};\n`;
}

/** An example as a CommonJS module, which cannot wait at its top. */
export function asCommonJs(example: string): string {
  const imports = [...example.matchAll(/^import [^;]*;$/gm)].map(([line]) => line).join("\n");
  const rest = example.replaceAll(/^import [^;]*;$/gm, "");
  return `${givenTo(example, "cjs")}${imports}\nexport const done = (async () => {\n${rest}\n})();\n`;
}

/** The TypeScript blocks of a page, by the heading above each. */
export function examplesOf(page: string, language: "ts" | "tsx" = "ts"): Map<string, string> {
  const examples = new Map<string, string>();
  for (const section of readFileSync(page, "utf8").split(/^## /m).slice(1)) {
    const title = section.slice(0, section.indexOf("\n"));
    const blocks = [...section.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map(
      ([, code = ""]) => code,
    );
    blocks.forEach((code, i) => {
      examples.set(i === 0 ? title : `${title} (${i + 1})`, code);
    });
  }
  return examples;
}

function givenTo(example: string, extension: "js" | "cjs"): string {
  const words = new Set(example.match(/\w+/g));
  const imports = Object.entries(GIVEN).map(([module, all]) => {
    const names = all.filter((name) => words.has(name) && !new RegExp(`(const|let) ${name}\\b`).test(example));
    return names.length === 0 ? "" : `import { ${names.join(", ")} } from "./${module}.${extension}";\n`;
  });
  return imports.join("");
}
