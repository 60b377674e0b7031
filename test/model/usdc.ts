/** Circle's USDC as the model sees it: who holds what, who is denylisted, what is signed. Written from its source. */

import type { Answer, HexMap, TokenError, Tokens, Transfer } from "@luxxon/contracts-abi/model";
import { type Address, sameAddress, ZERO_ADDRESS } from "@luxxon/contracts-abi/model";
import { type Hex, maxUint256 } from "viem";

/** What somebody has signed. A signature is good if it was made by the right signer over the very same values. */
export type Signed =
  | { signer: Address; permit: { owner: Address; value: bigint; nonce: bigint; deadline: bigint } }
  | {
      signer: Address;
      authorization: { from: Address; value: bigint; validAfter: bigint; validBefore: bigint; nonce: Hex };
    };

/** What people call on USDC itself in a sequence. The permit and the approval are for the contract. */
export type UsdcCall =
  | { functionName: "transfer"; args: readonly [to: Address, amount: bigint] }
  | { functionName: "approve"; args: readonly [spender: Address, amount: bigint] }
  | {
      functionName: "permit";
      args: readonly [owner: Address, spender: Address, value: bigint, deadline: bigint, signature: Hex];
    }
  | { functionName: "blacklist" | "unBlacklist"; args: readonly [account: Address] }
  | { functionName: "pause" | "unpause"; args: readonly [] };

interface Parts {
  readonly address: Address;
  readonly contract: Address;
  /** Circle's one key: denylists and pauses. */
  readonly circle: Address;
  /** Another token, of which the contract holds some by mistake. */
  readonly other: { readonly address: Address; readonly held: bigint };
  readonly timestamp: bigint;
  readonly paused: boolean;
  readonly balances: HexMap<bigint>;
  /** For the contract. */
  readonly allowances: HexMap<bigint>;
  readonly denied: HexMap<boolean>;
  readonly nonces: HexMap<bigint>;
  /** EIP-3009: by nonce, since the nonces of a sequence are all different. */
  readonly used: HexMap<boolean>;
  readonly signatures: ReadonlyMap<Hex, Signed>;
}

const says = (text: string): { refused: TokenError } => ({ refused: { errorName: "Error", args: [text] } });

export class Usdc implements Tokens<Usdc> {
  readonly parts: Parts;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  with(changes: Partial<Parts>): Usdc {
    return new Usdc({ ...this.parts, ...changes });
  }

  balanceOf(account: Address): bigint {
    return this.parts.balances.get(account) ?? 0n;
  }

  allowance(owner: Address): bigint {
    return this.parts.allowances.get(owner) ?? 0n;
  }

  nonceOf(owner: Address): bigint {
    return this.parts.nonces.get(owner) ?? 0n;
  }

  isDenied(account: Address): boolean {
    return this.parts.denied.get(account) ?? false;
  }

  get held(): bigint {
    return this.balanceOf(this.parts.contract);
  }

  transfer(token: Address, to: Address, amount: bigint): Answer<Usdc> {
    if (sameAddress(token, this.parts.address)) return this.move(this.parts.contract, to, amount);
    return this.transferOther(token, to, amount);
  }

  /** What happens to a token that is not USDC only matters for a rescue: it is OpenZeppelin's ERC-20, or no token at all. */
  private transferOther(token: Address, to: Address, amount: bigint): Answer<Usdc> {
    const { other, contract } = this.parts;
    if (!sameAddress(token, other.address)) {
      return { refused: { errorName: "SafeERC20FailedOperation", args: [token] } };
    }
    if (amount > other.held) {
      return { refused: { errorName: "ERC20InsufficientBalance", args: [contract, other.held, amount] } };
    }
    // To itself nothing leaves.
    return { tokens: to === contract ? this : this.with({ other: { ...other, held: other.held - amount } }) };
  }

  transferFrom(from: Address, amount: bigint): Answer<Usdc> {
    const refusal = this.standsStill([this.parts.contract, from]);
    if (refusal !== undefined) return refusal;
    const allowance = this.allowance(from);
    if (amount > allowance) return says("ERC20: transfer amount exceeds allowance");
    const answer = this.move(from, this.parts.contract, amount);
    if ("refused" in answer) return answer;
    // Also of an unlimited allowance.
    return { tokens: answer.tokens.with({ allowances: this.parts.allowances.set(from, allowance - amount) }) };
  }

  permit(owner: Address, value: bigint, deadline: bigint, signature: Hex): Answer<Usdc> {
    const { paused, timestamp, nonces, allowances } = this.parts;
    if (paused) return says("Pausable: paused");
    if (deadline !== maxUint256 && deadline < timestamp) return says("FiatTokenV2: permit is expired");
    const nonce = this.nonceOf(owner);
    const signed = this.signed(signature);
    if ("refused" in signed) return signed;
    const permit = "permit" in signed ? signed.permit : undefined;
    const good =
      signed.signer === owner &&
      permit?.owner === owner &&
      permit.value === value &&
      permit.nonce === nonce &&
      permit.deadline === deadline;
    if (!good) return says("EIP2612: invalid signature");
    return { tokens: this.with({ nonces: nonces.set(owner, nonce + 1n), allowances: allowances.set(owner, value) }) };
  }

  receiveWithAuthorization(
    from: Address,
    value: bigint,
    validAfter: bigint,
    validBefore: bigint,
    nonce: Hex,
    signature: Hex,
  ): Answer<Usdc> {
    const { timestamp, used, contract } = this.parts;
    const refusal = this.standsStill([from, contract]);
    if (refusal !== undefined) return refusal;
    if (timestamp <= validAfter) return says("FiatTokenV2: authorization is not yet valid");
    if (timestamp >= validBefore) return says("FiatTokenV2: authorization is expired");
    if (used.get(nonce) === true) return says("FiatTokenV2: authorization is used or canceled");
    const signed = this.signed(signature);
    if ("refused" in signed) return signed;
    const authorization = "authorization" in signed ? signed.authorization : undefined;
    const good =
      signed.signer === from &&
      authorization?.from === from &&
      authorization.value === value &&
      authorization.validAfter === validAfter &&
      authorization.validBefore === validBefore &&
      authorization.nonce === nonce;
    if (!good) return says("FiatTokenV2: invalid signature");
    return this.with({ used: used.set(nonce, true) }).move(from, contract, value);
  }

  /** A call by a person. `transfers` is what the token then says. */
  call(sender: Address, call: UsdcCall): { tokens: Usdc; transfers: Transfer[] } | { refused: TokenError } {
    const { address, circle, paused, allowances, denied } = this.parts;
    const quietly = (answer: Answer<Usdc>) => ("refused" in answer ? answer : { ...answer, transfers: [] });
    switch (call.functionName) {
      case "transfer": {
        const [to, amount] = call.args;
        const answer = this.move(sender, to, amount);
        if ("refused" in answer) return answer;
        return { ...answer, transfers: [{ token: address, from: sender, to, amount }] };
      }
      case "approve":
        if (paused) return says("Pausable: paused");
        return quietly({ tokens: this.with({ allowances: allowances.set(sender, call.args[1]) }) });
      case "permit": {
        const [owner, , value, deadline, signature] = call.args;
        return quietly(this.permit(owner, value, deadline, signature));
      }
      case "blacklist":
      case "unBlacklist":
        if (sender !== circle) return says("Blacklistable: caller is not the blacklister");
        return quietly({
          tokens: this.with({ denied: denied.set(call.args[0], call.functionName === "blacklist") }),
        });
      case "pause":
      case "unpause":
        if (sender !== circle) return says("Pausable: caller is not the pauser");
        return quietly({ tokens: this.with({ paused: call.functionName === "pause" }) });
    }
  }

  private move(from: Address, to: Address, amount: bigint): Answer<Usdc> {
    const refusal = this.standsStill([from, to]);
    if (refusal !== undefined) return refusal;
    if (to === ZERO_ADDRESS) return says("ERC20: transfer to the zero address");
    if (amount > this.balanceOf(from)) return says("ERC20: transfer amount exceeds balance");
    const taken = this.parts.balances.set(from, this.balanceOf(from) - amount);
    return { tokens: this.with({ balances: taken.set(to, (taken.get(to) ?? 0n) + amount) }) };
  }

  private standsStill(accounts: readonly Address[]): { refused: TokenError } | undefined {
    if (this.parts.paused) return says("Pausable: paused");
    if (accounts.some((account) => this.isDenied(account))) return says("Blacklistable: account is blacklisted");
    return undefined;
  }

  private signed(signature: Hex): Signed | { refused: TokenError } {
    const signed = this.parts.signatures.get(signature);
    if (signed !== undefined) return signed;
    if (signature.length === 2 + 2 * 65) throw new Error("the sequence does not say who made a signature");
    return says("ECRecover: invalid signature length");
  }
}
