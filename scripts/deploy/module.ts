/** Says how LuxxonSettlement is deployed, everywhere: one contract, its settings given once. */
import { constructorArgsSchema } from "@luxxon/chain/deployments/record";
import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

/** Its parameters are the constructor's: five addresses, and two daily limits in µUSDC (0: no limit). */
export const luxxonSettlementModule = buildModule("LuxxonSettlement", (module) => {
  const names = Object.keys(constructorArgsSchema.shape);
  const settlement = module.contract(
    "LuxxonSettlement",
    names.map((name) => module.getParameter(name)),
  );
  return { settlement };
});
