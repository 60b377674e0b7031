/**
 * Configures the project for instrumented contracts. They are built into a folder of their own: Hardhat's
 * `--coverage` would otherwise leave them where every other command looks for the real ones.
 */
import config from "../../../hardhat.config.ts";

export default {
  ...config,
  paths: { ...config.paths, artifacts: "./coverage/build/artifacts", cache: "./coverage/build/cache" },
  // What the figures are about is contracts/.
  coverage: { skipFiles: ["test/contracts/**"] },
};
