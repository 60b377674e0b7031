/**
 * Checks who signed: by recovery for ordinary wallets, and for smart wallets by their own code on our chain (ERC-1271), not
 * yet deployed ones included (ERC-6492).
 */
import {
  type Address,
  encodeDeployData,
  encodeFunctionData,
  erc6492SignatureValidatorAbi,
  erc6492SignatureValidatorByteCode,
  type Hex,
  hashMessage,
  isHex,
  parseAbi,
  recoverMessageAddress,
  size,
} from "viem";

/** @throws what `call` throws if a smart wallet cannot be asked: that says nothing about the signature. */
export type VerifySignature = (wallet: Address, message: string, signature: Hex) => Promise<boolean>;

/** Makes an `eth_call` on the newest block, without a recipient unless one is given. @returns undefined if the code reverted. */
export type CallCode = (code: Hex, to?: Address) => Promise<Hex | undefined>;

/** No wallet needs more: a passkey wallet that deploys itself signs some 2 kB. */
const LARGEST = 16_384;

export function verifierOf(call: CallCode): VerifySignature {
  return async (wallet, message, signature) => {
    if (!isHex(signature, { strict: true }) || size(signature) === 0 || size(signature) > LARGEST) return false;
    if (await isByKey(wallet, message, signature)) return true;
    // The validator reads the last 32 bytes of a signature first, and reverts where there are fewer.
    if (size(signature) < 32) return await isVouchedFor(call, wallet, message, signature);
    const code = encodeDeployData({
      abi: erc6492SignatureValidatorAbi,
      bytecode: erc6492SignatureValidatorByteCode,
      args: [wallet, hashMessage(message), signature],
    });
    const answer = await call(code);
    return answer !== undefined && /^0x0*1$/.test(answer);
  };
}

const ERC1271 = parseAbi(["function isValidSignature(bytes32 hash, bytes signature) view returns (bytes4)"]);
const MAGIC = "0x1626ba7e";

async function isVouchedFor(call: CallCode, wallet: Address, message: string, signature: Hex): Promise<boolean> {
  const args = [hashMessage(message), signature] as const;
  const answer = await call(encodeFunctionData({ abi: ERC1271, functionName: "isValidSignature", args }), wallet);
  return answer === `${MAGIC}${"0".repeat(56)}`;
}

async function isByKey(wallet: Address, message: string, signature: Hex): Promise<boolean> {
  if (size(signature) !== 65) return false;
  try {
    return (await recoverMessageAddress({ message, signature })) === wallet;
  } catch {
    return false;
  }
}
