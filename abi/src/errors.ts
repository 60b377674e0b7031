/**
 * Names the errors that this package throws for wrong input. Each error names the value, and a caller can tell them apart by
 * `name` or by `instanceof`.
 */
export class LuxxonInputError extends Error {
  override readonly name: string = "LuxxonInputError";
  /** What was given, as given. */
  readonly value: unknown;

  constructor(message: string, value: unknown) {
    super(message);
    this.value = value;
  }

  /** For logs: an amount as its digits, since JSON has no bigint. */
  toJSON(): { name: string; message: string; value: unknown } {
    const { name, message, value } = this;
    return { name, message, value: typeof value === "bigint" ? value.toString() : value };
  }
}

/** A string is no UUID in its canonical form (8-4-4-4-12 hexadecimal digits). */
export class InvalidUuidError extends LuxxonInputError {
  override readonly name: string = "InvalidUuidError";

  constructor(value: unknown) {
    super(`${show(value)} is not a UUID such as 018f2b6a-7c1e-8a3d-9b52-0d3f6c7e9a00.`, value);
  }
}

/** A bytes32 is no session id that stands for a UUID. */
export class InvalidSessionIdError extends LuxxonInputError {
  override readonly name: string = "InvalidSessionIdError";

  constructor(value: unknown) {
    super(`${show(value)} is not the session id of a UUID: 0x, 32 zeros, 32 hexadecimal digits.`, value);
  }
}

/** An amount of USDC is malformed, negative, or finer than a µUSDC. */
export class InvalidAmountError extends LuxxonInputError {
  override readonly name: string = "InvalidAmountError";

  constructor(value: unknown, reason: string) {
    super(`${show(value)} is not an amount of USDC: ${reason}.`, value);
  }
}

/** A fee is no whole number of basis points from 0 to the contract's ceiling. */
export class InvalidFeeBpsError extends LuxxonInputError {
  override readonly name: string = "InvalidFeeBpsError";

  constructor(value: unknown, max: number) {
    super(`${show(value)} is not a fee: a whole number of basis points from 0 to ${max}.`, value);
  }
}

/** A time is no whole number of seconds, or before one that it must follow. */
export class InvalidTimeError extends LuxxonInputError {
  override readonly name: string = "InvalidTimeError";

  constructor(value: unknown, reason: string) {
    super(`${show(value)} is not the time that is needed: it is ${reason}.`, value);
  }
}

/** A number is no refusal of the contract. */
export class InvalidRefusalError extends LuxxonInputError {
  override readonly name: string = "InvalidRefusalError";

  constructor(value: unknown, max: number) {
    super(`${show(value)} is not a refusal: a whole number from 0 to ${max}.`, value);
  }
}

/** A chain has no contract that this package knows. */
export class UnknownChainError extends LuxxonInputError {
  override readonly name: string = "UnknownChainError";

  constructor(value: unknown, contract: string) {
    super(`This package knows no ${contract} on chain ${show(value)}: pass its address.`, value);
  }
}

/** A batch holds too few or too many entries. */
export class InvalidBatchSizeError extends LuxxonInputError {
  override readonly name: string = "InvalidBatchSizeError";

  constructor(value: unknown, max: number) {
    super(`${show(value)} entries are no batch: it holds 1 to ${max}.`, value);
  }
}

/** Nobody is there to sign. */
export class NoAccountError extends LuxxonInputError {
  override readonly name: string = "NoAccountError";

  constructor() {
    super("Nobody can sign: pass `account`, or a client that has one.", undefined);
  }
}

/** The address holds no code on the client's chain: a transaction to it would succeed, and do nothing. */
export class NoContractError extends LuxxonInputError {
  override readonly name: string = "NoContractError";

  constructor(address: `0x${string}`) {
    super(
      `There is no contract at ${address} on this chain: nothing was sent. Check the address and the chain.`,
      address,
    );
  }
}

/** A wallet with code signed something for USDC that USDC would refuse: it asks that code, which does not vouch for it. */
export class WalletSignatureError extends LuxxonInputError {
  override readonly name: string = "WalletSignatureError";

  constructor(wallet: `0x${string}`, why: string) {
    super(`USDC will not take this signature of ${wallet}: ${why}. Approve the contract, and deposit.`, wallet);
  }
}

/** A transaction was handed over, and no answer came: it may be on its way, so nothing is to be sent anew before it is found. */
export class SendingUnclearError extends Error {
  override readonly name = "SendingUnclearError";
  /** Its hash; undefined if a wallet signs, which keeps it to itself until it answers. */
  readonly hash: `0x${string}` | undefined;

  constructor(hash: `0x${string}` | undefined, cause: unknown) {
    super(
      hash === undefined
        ? "The wallet did not answer: look there for what it has sent, before anything is sent anew."
        : `No answer came, and transaction ${hash} may have been taken: look for it before anything is sent anew.`,
      { cause },
    );
    this.hash = hash;
  }
}

/** A batch was sent, and its transaction was reverted: nothing of it was settled. */
export class BatchRevertedError extends Error {
  override readonly name = "BatchRevertedError";
  readonly hash: `0x${string}`;

  constructor(hash: `0x${string}`) {
    super(`The batch in transaction ${hash} was reverted: nothing of it was settled.`);
    this.hash = hash;
  }
}

/** The events of a batch's transaction are not those of its entries: ask `isSettled` of each. */
export class BatchUnclearError extends Error {
  override readonly name = "BatchUnclearError";
  readonly hash: `0x${string}`;

  constructor(hash: `0x${string}`, sent: `0x${string}`) {
    const replaced = hash === sent ? "" : `, which took the place of ${sent},`;
    super(
      `The events of transaction ${hash}${replaced} are not those of this batch: ask of each session whether it is settled.`,
    );
    this.hash = hash;
  }
}

function show(value: unknown): string {
  return typeof value === "string" ? `"${value}"` : String(value);
}
