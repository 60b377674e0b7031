/** Hardhat, for who needs it: it takes a while to load, and `--help`, or what is wrong with a flag, does not wait for it. */
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

export async function openHardhat(): Promise<HardhatRuntimeEnvironment> {
  return (await import("hardhat")).default;
}
