import type { Client } from "viem";
import { keccak256 } from "viem";
import type { GetCodeErrorType } from "viem/actions";
import { getCode } from "viem/actions";
import { getAction } from "viem/utils";
import { UnknownChainError } from "../errors.ts";
import { getLuxxonSettlementDeployments, type LuxxonSettlementDeployment } from "../lookup.ts";

export interface IsDeployedParameters {
  /** Which one; default: the active one on the client's chain. */
  deployment?: Pick<LuxxonSettlementDeployment, "address" | "codeHash"> | undefined;
}

export type IsDeployedReturnType = boolean;

export type IsDeployedErrorType = UnknownChainError | GetCodeErrorType;

/**
 * Whether the code at the contract's address is the code that was recorded when it was deployed: that the client is on the
 * chain it believes to be on, and talks to the contract that this package knows.
 *
 * @throws {@link IsDeployedErrorType}
 * @example
 * for (const deployment of getLuxxonSettlementDeployments(8453)) await isDeployed(publicClient, { deployment });
 */
export async function isDeployed(client: Client, parameters: IsDeployedParameters = {}): Promise<IsDeployedReturnType> {
  const chainId = client.chain?.id;
  const known = chainId === undefined ? [] : getLuxxonSettlementDeployments(chainId);
  const deployment = parameters.deployment ?? known.find(({ status }) => status === "active");
  if (deployment === undefined) throw new UnknownChainError(chainId, "LuxxonSettlement");
  const code = await getAction(client, getCode, "getCode")({ address: deployment.address });
  return code !== undefined && keccak256(code) === deployment.codeHash;
}
