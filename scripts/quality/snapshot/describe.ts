/** Describes the two faces of the contract that must not change by accident: its ABI, and where its state is stored. */
import { Abi } from "ox";
import type { Abi as ViemAbi } from "viem";
import { type AstNode, nodesOf } from "../../contract/ast.ts";
import type { Compiled, StorageLayout, StorageVariable } from "../../contract/compiled.ts";

export interface StorageSnapshot {
  /** A line for each variable, in the order of storage. */
  variables: string[];
  /** The members of each struct that is stored. */
  structs: Record<string, string[]>;
}

/**
 * Every function, event, error and enum as Solidity writes it, sorted. Clients depend on the names too, and on the
 * numbers of an enum, which the ABI itself does not show.
 */
export function describeAbi(abi: ViemAbi, enums: AstNode[]): string[] {
  const membersOf = (node: AstNode) => (node.members as { name: string }[]).map(({ name }) => name);
  const lines = enums.map((node) => `enum ${String(node.name)} { ${membersOf(node).join(", ")} }`);
  return [...Abi.format(abi), ...lines].sort();
}

export function describeStorage({ storage, types }: StorageLayout): StorageSnapshot {
  const line = ({ label, slot, offset, type }: StorageVariable) => {
    const { label: name = type, numberOfBytes = "?" } = types[type] ?? {};
    return `slot ${slot}, byte ${offset}, ${numberOfBytes} bytes: ${name} ${label}`;
  };
  const structs = Object.values(types).flatMap(({ label, members }) =>
    members === undefined ? [] : [[label, members.map(line)] as const],
  );
  return { variables: storage.map(line), structs: Object.fromEntries(structs) };
}

/** The snapshots by the name of their file in test/static. */
export function snapshots({ sources, abi, storageLayout }: Compiled): Record<string, unknown> {
  const enums = nodesOf(sources["project/contracts/interfaces/ILuxxonSettlement.sol"]?.ast, "EnumDefinition");
  return {
    "abi.json": describeAbi(abi, enums),
    "storageLayout.json": describeStorage(storageLayout),
  };
}
