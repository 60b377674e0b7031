/** `@luxxon/contracts-abi/ethers/deploy`: the same, with the creation code; apart, so that no browser loads that. */
export { LuxxonSettlement__factory } from "../../generated/ethers/deploy/LuxxonSettlement__factory.ts";
