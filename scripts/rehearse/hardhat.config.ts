/** Configures Hardhat as the project does, but with the rehearsal's explorers. Hardhat wants it as the default export. */

import { rehearsalExplorers } from "@luxxon/chain/config";
import config from "../../hardhat.config.ts";

const url = rehearsalExplorers();

/** The chain's own description, with pages and APIs on this machine. */
function described(chainId: 84532 | 8453) {
  return {
    ...config.chainDescriptors?.[chainId],
    blockExplorers: {
      blockscout: { name: "Blockscout", url: `${url}/blockscout`, apiUrl: `${url}/blockscout/api` },
      etherscan: { name: "Basescan", url: `${url}/basescan`, apiUrl: `${url}/basescan/v2/api` },
    },
  };
}

export default {
  ...config,
  chainDescriptors: { 84532: described(84532), 8453: described(8453) },
  verify: { ...config.verify, sourcify: { apiUrl: `${url}/sourcify` } },
};
