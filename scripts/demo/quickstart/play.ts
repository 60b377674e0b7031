/** Plays the quickstart step by step, and holds what the platform says against the chain. */
import process from "node:process";
import { catchInterrupts, unless } from "@luxxon/chain/command/interrupt";
import { ROOT } from "@luxxon/chain/root";
import { usdcAbi } from "@luxxon/chain/usdc";
import { luxxonSettlementAbi, sessionIdFromUuid, splitCharge } from "@luxxon/contracts-abi";
import { parseSettlementLogs } from "@luxxon/contracts-abi/viem";
import {
  type Address,
  createPublicClient,
  createWalletClient,
  type Hash,
  http,
  isAddressEqual,
  maxUint256,
  parseEventLogs,
} from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { runChild } from "../../child.ts";
import { money } from "../../words.ts";
import { type Answered, curlOf, type Sent, send } from "./client.ts";
import { platformAt, startPlatform } from "./platform.ts";
import { openTeller } from "./tell.ts";

const TOP_UP = 5_000_000n;
const SCOPES = ["sessions:create", "sessions:read", "sessions:operate", "pricing:read", "wallet:read"];

interface Check {
  what: string;
  agrees: boolean;
  details: string;
}

/** @returns The exit code. */
export async function playQuickstart({ url, json }: { url?: string | undefined; json: boolean }): Promise<number> {
  const interrupt = catchInterrupts();
  const tell = openTeller(json);
  tell.note(
    url === undefined
      ? "Starting the platform: a local Base, Postgres, SpiceDB, the server …"
      : `Playing against ${url} …`,
  );
  const platform = url === undefined ? await startPlatform(interrupt) : await platformAt(url);
  try {
    const checks = await unless(interrupt, play(`${platform.url}/api/v1`, tell, interrupt));
    tell.end(checks);
    return checks.every(({ agrees }) => agrees) ? 0 : 1;
  } finally {
    await platform.stop();
  }
}

async function play(api: string, tell: ReturnType<typeof openTeller>, interrupt: AbortSignal): Promise<Check[]> {
  const account = privateKeyToAccount(generatePrivateKey());
  let cookie = "";
  const step = async (title: string | undefined, sent: Sent, expected: number): Promise<Answered> => {
    if (title !== undefined) tell.step(title);
    const answer = await send(api, sent);
    tell.exchange(curlOf(sent), answer.status, answer.body);
    if (answer.status !== expected)
      throw new Error(`${sent.method} ${sent.path} answered ${answer.status}, not ${expected}`);
    const set = answer.headers.get("set-cookie");
    if (set !== null) cookie = set.split(";")[0] ?? "";
    return answer;
  };

  tell.note(`export API=${api}`);
  const { data: config } = await step("Where the contract is", { method: "GET", path: "/config" }, 200);
  await step(
    "Money to try things with (on the local chain alone)",
    { method: "POST", path: "/faucet", body: { address: account.address } },
    200,
  );

  const walletAddress = account.address;
  const { data: challenge } = await step(
    "Get a challenge",
    { method: "POST", path: "/workspaces/challenge", body: { walletAddress } },
    200,
  );
  tell.step("Sign the challenge");
  tell.note(challenge.message);
  const signature = await account.signMessage({ message: challenge.message });

  const { data: workspace, headers: created } = await step(
    "Create the workspace",
    {
      method: "POST",
      path: "/workspaces",
      body: {
        slug: `my-eyes-${Date.now().toString(36)}`,
        name: "My Vision Co",
        walletAddress,
        signature,
        nonce: challenge.nonce,
        roles: ["CONSUMER", "SUPPLIER"],
      },
      flags: ["-i"],
    },
    201,
  );
  const { data: signIn } = await step(
    "Sign in",
    { method: "POST", path: "/auth/wallet/challenge", body: { walletAddress } },
    200,
  );
  const proof = {
    walletAddress,
    nonce: signIn.nonce,
    signature: await account.signMessage({ message: signIn.message }),
  };
  await step(undefined, { method: "POST", path: "/auth/wallet/login", body: proof, flags: ["-c cookies.txt"] }, 200);
  await step(
    undefined,
    {
      method: "POST",
      path: "/auth/workspace/select",
      body: { workspaceId: workspace.id },
      headers: { cookie },
      flags: ["-b cookies.txt -c cookies.txt"],
    },
    200,
  );

  const { data: key } = await step(
    "Mint an API key",
    {
      method: "POST",
      path: `/workspaces/${workspace.id}/api-keys`,
      body: { label: "first-key", environment: "TEST", scopes: SCOPES },
      headers: { cookie, "x-lx-consistency-token": created.get("x-lx-consistency-token") ?? "" },
      flags: ["-b cookies.txt"],
    },
    201,
  );
  const authorization = `Bearer ${key.plaintext}`;

  tell.step("Top up the pool");
  const transport = http(config.rpcUrl);
  const chain = createPublicClient({ transport, pollingInterval: 100, cacheTime: 0 });
  const wallet = createWalletClient({ account, transport });
  const [usdc, settlement] = [config.usdcAddress as Address, config.settlementAddress as Address];
  const mined = async (what: string, hash: Hash) => {
    const { status } = await chain.waitForTransactionReceipt({ hash });
    if (status !== "success") throw new Error(`${what} reverted: ${hash}`);
    tell.note(`${what}   ${hash}`);
  };
  await mined(
    `approve(${settlement}, max)`,
    await wallet.writeContract({
      address: usdc,
      abi: usdcAbi,
      functionName: "approve",
      args: [settlement, maxUint256],
      chain: null,
    }),
  );
  await mined(
    `deposit(${TOP_UP})`,
    await wallet.writeContract({
      address: settlement,
      abi: luxxonSettlementAbi,
      functionName: "deposit",
      args: [TOP_UP],
      chain: null,
    }),
  );

  const before = await balances();
  const { data: opened } = await step(
    "Open a session",
    {
      method: "POST",
      path: "/sessions",
      body: { lat: 4.71, lng: -74.07, maxDurationSeconds: 60 },
      headers: { authorization },
    },
    201,
  );
  const path = `/sessions/${opened.id}`;
  await step(
    "Accept, start, end",
    { method: "POST", path: `${path}/accept`, body: {}, isForm: true, headers: { authorization } },
    200,
  );
  await step(undefined, { method: "POST", path: `${path}/start`, headers: { authorization } }, 200);
  await wait(1_500);
  const frame = await send(api, { method: "GET", path: `${path}/frame`, headers: { authorization } });
  tell.note(
    `curl $API${path}/frame   ${frame.status}, ${frame.headers.get("content-type")}, ${(frame.data as ArrayBuffer).byteLength} bytes`,
  );
  await wait(1_500);
  const { data: ended } = await step(
    undefined,
    { method: "POST", path: `${path}/end`, headers: { authorization } },
    200,
  );

  const inspect: Sent = { method: "GET", path: `/settlements/${opened.id}`, headers: { authorization } };
  const { data: first } = await step("Inspect the settlement", inspect, 200);
  let settled = first;
  for (const until = Date.now() + 60_000; settled.state !== "CONFIRMED" && Date.now() < until; ) {
    await wait(250);
    const { data } = await send(api, inspect);
    if (data.state !== settled.state) tell.note(`${settled.state} → ${data.state}`);
    settled = data;
  }
  await step(undefined, inspect, 200);
  const { data: ledger } = await step(undefined, { method: "GET", path: "/wallet", headers: { authorization } }, 200);
  const after = await balances();

  tell.step("What the platform says, and what the chain says");
  const checks: Check[] = [];
  const check = (what: string, here: unknown, there: unknown, details = String(there)) => {
    const one = {
      what,
      agrees: String(here) === String(there),
      details: String(here) === String(there) ? details : `${here} is not ${there}`,
    };
    checks.push(one);
    tell.check(one.what, one.agrees, one.details);
  };
  const charged = BigInt(ended.chargedMicroUsdc);
  const { toAmount, feeAmount } = splitCharge(charged, config.platformFeeBps);
  const { payload } = settled;
  check(
    "the session ended, was live for 3 s, and is confirmed",
    `${ended.state} ${ended.cleanSeconds >= 3} ${settled.state}`,
    "ENDED true CONFIRMED",
    `${ended.cleanSeconds} s`,
  );
  check(
    "the charge is rate × seconds",
    charged,
    BigInt(opened.ratePerSecondMicroUsdc) * BigInt(ended.cleanSeconds),
    money(charged),
  );
  check("the payload splits the charge", `${payload?.toAmount} + ${payload?.feeAmount}`, `${toAmount} + ${feeAmount}`);
  check("the payload's id is the session's", payload?.sessionIdHash, sessionIdFromUuid(opened.id));

  const receipt =
    settled.txHash === undefined ? undefined : await chain.getTransactionReceipt({ hash: settled.txHash });
  const [event] =
    receipt === undefined
      ? []
      : parseSettlementLogs({ logs: receipt.logs, settlement }).filter(
          ({ eventName, args }) => eventName === "Settled" && args.sessionId === payload?.sessionIdHash,
        );
  const said = event?.eventName === "Settled" ? event.args : undefined;
  check(
    "the contract's event says the same",
    [said?.from, said?.to, said?.toAmount, said?.feeAmount, said?.ratePerSecond, said?.chargeableSeconds].join(" "),
    [
      payload?.from,
      payload?.to,
      payload?.toAmount,
      payload?.feeAmount,
      payload?.ratePerSecond,
      payload?.chargeableSeconds,
    ].join(" "),
    settled.txHash,
  );
  check("the pool paid the charge", before.pool - after.pool, charged, `${money(after.pool)} left`);
  check("the operator was paid its part", after.operator - before.operator, toAmount, money(toAmount));
  // A batch pays all its fees at once.
  const platformWallet = await chain.readContract({
    address: settlement,
    abi: luxxonSettlementAbi,
    functionName: "platformWallet",
  });
  const paid = parseEventLogs({ abi: usdcAbi, logs: receipt?.logs ?? [], eventName: "Transfer" })
    .filter(({ address, args }) => isAddressEqual(address, usdc) && isAddressEqual(args.to, platformWallet))
    .reduce((sum, { args }) => sum + args.value, 0n);
  const fees = parseSettlementLogs({ logs: receipt?.logs ?? [], settlement }).reduce(
    (sum, { eventName, args }) => sum + (eventName === "Settled" ? args.feeAmount : 0n),
    0n,
  );
  check("the platform was paid the fees of the batch", paid, fees, money(paid));
  check("GET /wallet says what the contract says", ledger.trackedBalance, after.pool, money(after.pool));

  const audit = await auditOf(
    config.rpcUrl,
    settlement,
    receipt?.blockNumber ?? (await chain.getBlockNumber()),
    interrupt,
  );
  check("the audit of the whole chain finds nothing wrong", audit.status, 0, audit.verdict);
  return checks;

  async function balances() {
    const [pool, operator] = await Promise.all([
      chain.readContract({
        address: settlement,
        abi: luxxonSettlementAbi,
        functionName: "deposits",
        args: [walletAddress],
      }),
      chain.readContract({ address: usdc, abi: usdcAbi, functionName: "balanceOf", args: [walletAddress] }),
    ]);
    return { pool, operator };
  }
}

/** Runs `npm run audit` on the chain, from the contract's first block to `toBlock`. */
async function auditOf(rpcUrl: string, settlement: Address, toBlock: bigint, interrupt: AbortSignal) {
  const args = [
    "scripts/audit/command.ts",
    "--rpc",
    rpcUrl,
    "--address",
    settlement,
    "--from-block",
    "0",
    "--to-block",
    String(toBlock),
    "--no-cache",
    "--json",
  ];
  const { status, stdout, stderr } = await runChild([process.execPath, ...args], {
    cwd: ROOT,
    environment: { npm_lifecycle_script: "" },
    started: (kill) => interrupt.addEventListener("abort", kill, { once: true }),
  });
  const verdict = status === 0 ? "npm run audit: everything adds up" : (stderr.trim() || stdout.trim()).slice(0, 400);
  return { status, verdict };
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
