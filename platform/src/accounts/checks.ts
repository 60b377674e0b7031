/** Holds what clients send against the rules, and names every rule that it breaks, in the order of the fields. */
import { type Address, getAddress, isAddress } from "viem";
import { z } from "zod";
import { AccountRefused, type Failing } from "./refusal.ts";

/** Chain → whose reports an account may read there. As it was given: what is no address is kept, and matches nothing. */
export type Scope = Readonly<Record<string, ScopeOfChain>>;
export interface ScopeOfChain {
  readonly validator_addresses?: readonly string[];
  readonly delegator_addresses?: readonly string[];
}

export interface SignUp {
  email: string;
  password: string;
  org: string;
  scope: Scope;
}

export const MOST = { email: 254, password: 1_024, org: 256, label: 64, page: 1_000_000, limit: 1_000 } as const;
export const DEFAULT_LIMIT = 100;
const LEAST_PASSWORD = 8;

/** Collects what is wrong; a field has a value only if nothing is. */
class Checking {
  readonly failing: Failing[] = [];
  readonly #given: Record<string, unknown>;

  constructor(given: unknown) {
    if (!isObject(given)) refuse([{ field: "body", message: expected("object", given) }]);
    this.#given = given as Record<string, unknown>;
  }

  field(name: string): unknown {
    return Object.hasOwn(this.#given, name) ? this.#given[name] : undefined;
  }

  text(field: string, rules: (text: string) => (string | false)[]): string {
    const value = this.field(field);
    if (value === undefined) this.add(field, "Required");
    else if (typeof value !== "string") this.add(field, expected("string", value));
    else for (const message of rules(value)) if (message !== false) this.add(field, message);
    return value as string;
  }

  add(field: string, message: string): void {
    this.failing.push({ field, message });
  }

  end(): void {
    if (this.failing.length > 0) refuse(this.failing);
  }
}

/** @throws {AccountRefused} VALIDATION_ERROR */
export function checkSignUp(given: unknown): SignUp {
  const checking = new Checking(given);
  const email = checking.text("email", (text) => [!isEmail(text) && "Please provide a valid email address"]);
  const password = checking.text("password", (text) => [
    lengthOf(text) < LEAST_PASSWORD && "Password must be at least 8 characters long",
    !(/\p{Ll}/u.test(text) && /\p{Lu}/u.test(text) && /\p{Nd}/u.test(text)) &&
      "Password must contain at least one lowercase letter, one uppercase letter, and one number",
    lengthOf(text) > MOST.password && "Password is too long",
  ]);
  const org = checking.text("org", (text) => nameRules(text, "Organization name", MOST.org));
  const scope = checkScope(checking);
  checking.end();
  return { email, password, org, scope };
}

/** @throws {AccountRefused} VALIDATION_ERROR */
export function checkLabel(given: unknown): string {
  const checking = new Checking(given);
  const label = checking.text("label", (text) => nameRules(text, "Label", MOST.label));
  checking.end();
  return label;
}

export const INVALID_KEY_ID: Failing = { field: "keyId", message: "Invalid API key ID format" };

/** Ids are numbers in hex: capital digits are the same digits. @throws {AccountRefused} VALIDATION_ERROR */
export function checkKeyId(given: string): string {
  if (!/^[0-9a-f]{24}$/i.test(given)) refuse([INVALID_KEY_ID]);
  return given.toLowerCase();
}

export interface ReportRequest {
  address: Address;
  /** The first seconds of the first and the last day, UTC. */
  first: number;
  last: number;
  startDate: string;
  endDate: string;
  /** From 1. */
  page: number;
  limit: number;
}

/** @throws {AccountRefused} VALIDATION_ERROR */
export function checkReport(given: unknown, query: Readonly<Record<string, unknown>>): ReportRequest {
  const checking = new Checking(given);
  const day = (field: string) =>
    checking.text(field, (text) => [secondsOf(text) === undefined && "Please provide a day such as 2026-11-22"]);
  const address = checking.text("address", (text) => [
    !isAddress(text, { strict: false }) && "Please provide a valid address",
  ]);
  const [startDate, endDate] = [day("start_date"), day("end_date")];
  const [first, last] = [startDate, endDate].map((text) => (typeof text === "string" ? secondsOf(text) : undefined));
  if (first !== undefined && last !== undefined && last < first)
    checking.add("end_date", "Must not be before start_date");
  const whole = (name: "page" | "limit", fallback: number): number => {
    const text = query[name];
    if (text === undefined) return fallback;
    const number = typeof text === "string" && /^\d{1,7}$/.test(text) ? Number(text) : 0;
    if (number < 1 || number > MOST[name]) checking.add(name, `Must be a whole number from 1 to ${MOST[name]}`);
    return number;
  };
  const [page, limit] = [whole("page", 1), whole("limit", DEFAULT_LIMIT)];
  checking.end();
  return { address: getAddress(address), first: first ?? 0, last: last ?? 0, startDate, endDate, page, limit };
}

/** An email as it is compared: without case. */
export function emailKey(email: string): string {
  return email.toLowerCase();
}

/** Whose reports a scope opens, of a chain: what the address is there. */
export function rolesIn(scope: Scope, chain: string, address: Address): { isOperator: boolean; isConsumer: boolean } {
  const listed: ScopeOfChain = Object.hasOwn(scope, chain) ? (scope[chain] ?? {}) : {};
  const has = (addresses: readonly string[] = []) => addresses.some((it) => it.toLowerCase() === address.toLowerCase());
  return { isOperator: has(listed.validator_addresses), isConsumer: has(listed.delegator_addresses) };
}

/** By shape alone. Fields that nobody knows are not kept. */
function checkScope(checking: Checking): Scope {
  const given = checking.field("scope");
  if (given === undefined) checking.add("scope", "Required");
  else if (!isObject(given)) checking.add("scope", expected("object", given));
  else return Object.fromEntries(Object.entries(given).map(([chain, of]) => [chain, checkChain(checking, chain, of)]));
  return {};
}

function checkChain(checking: Checking, chain: string, given: unknown): ScopeOfChain {
  if (!isObject(given)) checking.add(`scope.${chain}`, expected("object", given));
  else {
    const lists = (["validator_addresses", "delegator_addresses"] as const).flatMap((name) => {
      const list = Object.hasOwn(given, name) ? given[name] : undefined;
      if (list === undefined) return [];
      const field = `scope.${chain}.${name}`;
      if (!Array.isArray(list)) checking.add(field, expected("array", list));
      else
        for (const [i, item] of list.entries())
          if (typeof item !== "string") checking.add(`${field}.${i}`, expected("string", item));
      return [[name, list]];
    });
    return Object.fromEntries(lists);
  }
  return {};
}

function nameRules(text: string, what: string, most: number): (string | false)[] {
  return [
    text.trim() === "" && "Required",
    lengthOf(text) > most && `${what} is too long`,
    /\p{Cc}/u.test(text) && `${what} must not contain control characters`,
  ];
}

const EMAIL = z.email();

function isEmail(text: string): boolean {
  return text.length <= MOST.email && EMAIL.safeParse(text).success;
}

/** The first second of a day in UTC. A 30 February would be taken for a day in March. */
function secondsOf(text: string): number | undefined {
  const start = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(start) && new Date(start).toISOString().startsWith(text) ? start / 1_000 : undefined;
}

/** In characters: one outside the basic plane is one. */
function lengthOf(text: string): number {
  return [...text].length;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function expected(type: string, given: unknown): string {
  const received = given === null ? "null" : Array.isArray(given) ? "array" : typeof given;
  return `Expected ${type}, received ${received}`;
}

function refuse(details: readonly Failing[]): never {
  throw new AccountRefused("VALIDATION_ERROR", { details });
}
