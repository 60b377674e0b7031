/** How LuxxonSettlement is deployed, everywhere: one contract, its settings given once. */
import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

/** Parameters, as the constructor takes them: five addresses, and two daily limits in µUSDC (0: no limit). */
export const luxxonSettlementModule = buildModule("LuxxonSettlement", (module) => {
  const settlement = module.contract("LuxxonSettlement", [
    module.getParameter("usdc"),
    module.getParameter("owner"),
    module.getParameter("relayer"),
    module.getParameter("guardian"),
    module.getParameter("platformWallet"),
    module.getParameter("defaultDailyLimit"),
    module.getParameter("poolDailyLimit"),
  ]);
  return { settlement };
});
