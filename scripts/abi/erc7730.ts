/**
 * Renders ERC-7730 descriptors: what a wallet shows of a transaction to the contract, and of the messages that depositors
 * sign for USDC, in place of raw data.
 *
 * A wallet applies a descriptor only where its `deployments` say. Until the contract is deployed they are empty, and the
 * descriptors apply to nothing.
 */
import { toJson } from "@luxxon/chain/json";
import { getUsdcAddress } from "@luxxon/contracts-abi";
import { permitTypes, receiveWithAuthorizationTypes } from "@luxxon/contracts-abi/viem";
import type { Abi, AbiFunction } from "viem";

const SCHEMA = "https://eips.ethereum.org/assets/eip-7730/erc7730-v2.1.0.schema.json";
const OWNER = { owner: "Luxxon", contractName: "LuxxonSettlement", info: { url: "https://docs.luxxon.dev/" } };

/** What this needs to know of deployments, by chain id, oldest first. */
export type Deployed = ReadonlyMap<number, readonly { address: string; status: string }[]>;

type Field = { path: string; label: string } & Record<string, unknown>;

interface Format {
  intent: string;
  /** The intent with values in it. */
  interpolatedIntent?: string;
  fields: Field[];
}

/** Files below `abi/erc7730/` by name. @throws if a format does not name every parameter, or if a chain has no USDC. */
export function renderDescriptors({ abi }: { abi: Abi }, deployed: Deployed): Map<string, string> {
  const descriptors = new Map<string, object>([["calldata-LuxxonSettlement.json", calldata(abi, deployed)]]);
  for (const signed of MESSAGES) descriptors.set(`eip712-${signed.primaryType}.json`, message(signed, deployed));
  return new Map([...descriptors].map(([name, it]) => [name, `${toJson(it)}\n`]));
}

/** USDC of the transaction's own chain: the contract has no other token. */
const usdc = (path: string, label: string): Field => {
  const token = { map: "$.metadata.maps.usdc", keyPath: "@.chainId" };
  return { path, label, format: "tokenAmount", params: { token }, visible: "always" };
};
/** USDC as the message's own verifying contract. */
const ownToken = (path: string, label: string): Field => {
  return { path, label, format: "tokenAmount", params: { tokenPath: "@.to" }, visible: "always" };
};
const account = (path: string, label: string): Field => {
  return { path, label, format: "addressName", params: { types: ["wallet", "eoa", "contract"] }, visible: "always" };
};
const date = (path: string, label: string, visible = "always"): Field => {
  return { path, label, format: "date", params: { encoding: "timestamp" }, visible };
};
/** What no one can judge by looking at it. */
const hidden = (path: string, label: string): Field => ({ path, label, format: "raw", visible: "never" });

/** What users send themselves, by function. */
const CALLS: Record<string, Format> = {
  deposit: {
    intent: "Top up your pool",
    interpolatedIntent: "Top up your pool by {amount}",
    fields: [usdc("amount", "Amount")],
  },
  depositFor: {
    intent: "Top up another pool",
    interpolatedIntent: "Give {amount} to {consumer}",
    fields: [usdc("amount", "Amount"), account("consumer", "Pool of")],
  },
  depositWithPermit: {
    intent: "Top up your pool",
    interpolatedIntent: "Top up your pool by {amount}",
    fields: [
      usdc("amount", "Amount"),
      date("deadline", "Permit valid until", "optional"),
      hidden("signature", "Permit"),
    ],
  },
  depositWithAuthorization: {
    intent: "Top up a pool",
    interpolatedIntent: "Top up {from} by {amount}",
    fields: [
      usdc("amount", "Amount"),
      account("from", "From, and pool of"),
      date("validAfter", "Valid after", "optional"),
      date("validBefore", "Valid until", "optional"),
      hidden("nonce", "Nonce"),
      hidden("signature", "Authorization"),
    ],
  },
  withdraw: {
    intent: "Withdraw from pool",
    interpolatedIntent: "Withdraw {amount}",
    fields: [usdc("amount", "Amount")],
  },
  withdrawAll: { intent: "Withdraw whole pool", fields: [] },
  hold: {
    intent: "Promise not to withdraw",
    interpolatedIntent: "Do not withdraw before {until}",
    fields: [date("until", "Until")],
  },
  claim: { intent: "Pay what is owed", fields: [account("payee", "To")] },
  setDailyLimit: {
    intent: "Limit daily charges",
    fields: [usdc("limit", "A day (0: default)")],
  },
};

interface Message {
  primaryType: string;
  parameters: readonly { name: string; type: string }[];
  /** The field that names the contract. */
  contract: string;
  format: Format;
}

/** What depositors sign for USDC. */
const MESSAGES: readonly Message[] = [
  {
    primaryType: "Permit",
    parameters: permitTypes.Permit,
    contract: "spender",
    format: topUp("owner", account("spender", "Spender"), date("deadline", "Valid until")),
  },
  {
    primaryType: "ReceiveWithAuthorization",
    parameters: receiveWithAuthorizationTypes.ReceiveWithAuthorization,
    contract: "to",
    format: topUp("from", account("to", "To"), date("validAfter", "Valid after"), date("validBefore", "Valid until")),
  },
];

function topUp(from: string, ...rest: Field[]): Format {
  const fields = [ownToken("value", "Amount"), account(from, "From, and pool of"), ...rest, hidden("nonce", "Nonce")];
  return { intent: "Top up your Luxxon pool", interpolatedIntent: "Top up your pool by {value}", fields };
}

function calldata(abi: Abi, deployed: Deployed) {
  const formats = Object.entries(CALLS).map(([name, format]) => {
    const item = abi.find((it): it is AbiFunction => it.type === "function" && it.name === name);
    if (item === undefined) throw new Error(`ERC-7730: the ABI has no function ${name}`);
    return entry(name, item.inputs, format);
  });
  // Old contracts too: everybody can still withdraw from them.
  const deployments = [...deployed].flatMap(([chainId, records]) =>
    records.map(({ address }) => ({ chainId, address })),
  );
  const tokens = Object.fromEntries([...deployed.keys()].map((chainId) => [chainId, usdcOn(chainId)]));
  return {
    $schema: SCHEMA,
    context: { $id: "LuxxonSettlement", contract: { deployments } },
    metadata: { ...OWNER, maps: { usdc: { $keyType: "Chain ID", values: tokens } } },
    display: { formats: Object.fromEntries(formats) },
  };
}

/** The field that names the contract must name the one that takes deposits today. */
function message({ primaryType, parameters, contract, format }: Message, deployed: Deployed) {
  const active = [...deployed.values()].flat().filter(({ status }) => status === "active");
  const fields = format.fields.map((field) =>
    // Nobody else's: a permit for another spender is not what the intent says.
    field.path === contract && active.length > 0
      ? { ...field, visible: { mustMatch: active.map(({ address }) => address) } }
      : field,
  );
  const deployments = [...deployed.keys()].map((chainId) => ({ chainId, address: usdcOn(chainId) }));
  return {
    $schema: SCHEMA,
    // The domain's name is not constrained: it differs between the chains, and the token's address says more.
    context: { $id: `USDC ${primaryType} for LuxxonSettlement`, eip712: { domain: { version: "2" }, deployments } },
    metadata: OWNER,
    display: { formats: Object.fromEntries([entry(primaryType, parameters, { ...format, fields })]) },
  };
}

/** A format under its key: for functions the signature with names, for messages what EIP-712 calls `encodeType`. */
function entry(name: string, parameters: readonly { name?: string; type: string }[], format: Format) {
  const key = `${name}(${parameters.map((parameter) => `${parameter.type} ${parameter.name}`).join(",")})`;
  const paths = format.fields.map(({ path }) => path);
  const names = parameters.map((parameter) => parameter.name ?? "");
  // A format that leaves a parameter out would hide it.
  const differing = [...paths, ...names].filter((it) => !paths.includes(it) || !names.includes(it));
  if (differing.length > 0) throw new Error(`ERC-7730: ${key} and its fields differ in ${differing.join(", ")}`);
  return [key, format] as const;
}

function usdcOn(chainId: number): string {
  const address = getUsdcAddress(chainId);
  if (address === undefined) throw new Error(`ERC-7730: no USDC is known on chain ${chainId}`);
  return address;
}
