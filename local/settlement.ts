/** Opens LuxxonSettlement on a local chain: Circle's USDC, the contract, and the people who have a part in it. */
import { luxxonSettlementAbi, splitCharge } from "@luxxon/contracts-abi";
import { luxxonSettlementBytecode } from "@luxxon/contracts-abi/bytecode";
import type { SettlementEntry } from "@luxxon/contracts-abi/viem";
import { encodeDeployData, type Hex, maxUint256 } from "viem";
import {
  type Contract,
  contractAt,
  deployCode,
  type LocalChain,
  openLocalChain,
  peopleOf,
  type Wallet,
} from "./chain.ts";
import { installUsdc, USDC_ON_BASE_SEPOLIA, type Usdc } from "./usdc.ts";

export type Settlement = Contract<typeof luxxonSettlementAbi>;

/** Circle, who holds every role of the token, and whoever the contract's constructor names. */
export const ROLES = ["circle", "owner", "relayer", "guardian", "platform"] as const;
type Role = (typeof ROLES)[number];

export interface SettlementOptions<Name extends string> {
  /** Default: a fresh one in this process, with Base's fees. Its first accounts take the roles, in their order. */
  chain?: LocalChain;
  /** Others who have a name, and take the accounts after the roles'. */
  people?: readonly Name[];
  /** One that is there already, of which `circle` is the minter; default: Circle's, installed where Base Sepolia has it. */
  usdc?: Usdc;
  /** µUSDC a day; default: no limit. */
  defaultDailyLimit?: bigint;
  poolDailyLimit?: bigint;
  /** Default: Circle, since whoever deploys has no right by that. */
  deployedBy?: Role;
  /** Default: the ABI package's. */
  creationCode?: Hex;
}

/** Puts USDC and the contract on the chain. Nobody is given any USDC yet. */
export async function openSettlement<const Name extends string = never>(options: SettlementOptions<Name> = {}) {
  const chain = options.chain ?? (await openLocalChain("localBase"));
  const { people, others } = await peopleOf<Role | Name>(chain, [...ROLES, ...(options.people ?? [])]);
  const { circle, owner, relayer, guardian, platform } = people as Record<Role, Wallet>;

  const usdc = options.usdc ?? (await installUsdc(chain, { circle, at: USDC_ON_BASE_SEPOLIA }));
  const args = [
    usdc.address,
    owner.account.address,
    relayer.account.address,
    guardian.account.address,
    platform.account.address,
    options.defaultDailyLimit ?? 0n,
    options.poolDailyLimit ?? 0n,
  ] as const;
  const bytecode = options.creationCode ?? luxxonSettlementBytecode;
  const data = encodeDeployData({ abi: luxxonSettlementAbi, bytecode, args });
  const address = await deployCode(chain, people[options.deployedBy ?? "circle"], data);
  const settlement: Settlement = await contractAt(chain, address, luxxonSettlementAbi);

  /** Lets the contract take all the USDC that somebody has. */
  const approve = ({ account }: Wallet) => usdc.write.approve([settlement.address, maxUint256], { account });
  /** Gives somebody USDC of its own. */
  const give = ({ account }: Wallet, amount: bigint) =>
    usdc.write.mint([account.address, amount], { account: circle.account });
  return {
    chain,
    publicClient: await chain.viem.getPublicClient(),
    usdc,
    settlement,
    ...people,
    /** The accounts without a name. */
    others,
    approve,
    give,
    /** Gives somebody USDC, all of which goes into its pool. */
    async fund(person: Wallet, amount: bigint): Promise<void> {
      await give(person, amount);
      await approve(person);
      await settlement.write.deposit([amount], { account: person.account });
    },
  };
}

/** What a platform charges that takes 15 %. */
export const FEE_BPS = 1_500;

/** A session as it is settled; unless its meter says otherwise, 60 seconds at 1,000 µUSDC a second. */
export function entryOf(
  session: Pick<SettlementEntry, "sessionId" | "from" | "to"> & Partial<SettlementEntry>,
): SettlementEntry {
  const { ratePerSecond = 1_000n, chargeableSeconds = 60n } = session;
  return { ratePerSecond, chargeableSeconds, ...splitCharge(ratePerSecond * chargeableSeconds, FEE_BPS), ...session };
}
