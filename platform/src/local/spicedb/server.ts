/**
 * Serves SpiceDB by its ordinary gRPC API: `node server.ts <folder> <port>`, with DATABASE_URL and SPICEDB_TOKEN in the
 * environment. Its store is memory; the record is Postgres, from which it is filled before it listens.
 */
import { readFile } from "node:fs/promises";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { v1 } from "@authzed/authzed-node";
import * as grpc from "@grpc/grpc-js";
import { readRelationships } from "./fill.ts";
import { type Library, type LibraryCall, openLibrary, SpiceDbError } from "./library.ts";

const SCHEMA = new URL("../../authz/schema.zed", import.meta.url);

/** SpiceDB takes no more in one write. */
const UPDATES_PER_WRITE = 1_000;

const CALLS: Record<string, LibraryCall[]> = {
  PermissionsService: [
    "CheckPermission",
    "CheckBulkPermissions",
    "ExpandPermissionTree",
    "WriteRelationships",
    "DeleteRelationships",
  ],
  SchemaService: ["ReadSchema", "WriteSchema"],
};
const STREAMS: Record<string, string[]> = {
  PermissionsService: ["ReadRelationships", "LookupResources", "LookupSubjects"],
  WatchService: ["Watch"],
};

const [, port = ""] = process.argv.slice(2);
const { DATABASE_URL = "", SPICEDB_TOKEN = "" } = process.env;
if (port === "" || DATABASE_URL === "" || SPICEDB_TOKEN === "") {
  console.error("usage: node server.ts <folder> <port>, with DATABASE_URL and SPICEDB_TOKEN");
  process.exit(2);
}

const library = openLibrary();
// Nothing of it is kept, so nothing is closed: the library's own way to end waits for its streams.
process.on("SIGTERM", () => process.exit(0));
await fill(library, DATABASE_URL);
await serve(library, SPICEDB_TOKEN, `127.0.0.1:${port}`);

async function fill({ call }: Library, databaseUrl: string): Promise<void> {
  const schema = await readFile(fileURLToPath(SCHEMA), "utf8");
  await call("WriteSchema", v1.WriteSchemaRequest.toBinary(v1.WriteSchemaRequest.create({ schema })));
  const relationships = await readRelationships(databaseUrl);
  for (let i = 0; i < relationships.length; i += UPDATES_PER_WRITE) {
    const updates = relationships.slice(i, i + UPDATES_PER_WRITE).map(({ workspace, relation, wallet }) => ({
      operation: v1.RelationshipUpdate_Operation.TOUCH,
      relationship: {
        resource: { objectType: "lx_workspace", objectId: workspace },
        relation,
        subject: { object: { objectType: "wallet", objectId: wallet }, optionalRelation: "" },
      },
    }));
    const request = v1.WriteRelationshipsRequest.create({ updates });
    await call("WriteRelationships", v1.WriteRelationshipsRequest.toBinary(request));
  }
  console.log(JSON.stringify({ message: "filled from Postgres", relationships: relationships.length }));
}

async function serve(library: Library, token: string, address: string): Promise<void> {
  const server = new grpc.Server();
  const streaming = new grpc.Client(library.streamingTarget, grpc.credentials.createInsecure());
  const isAllowed = (metadata: grpc.Metadata) => metadata.get("authorization")[0] === `Bearer ${token}`;
  for (const [service, names] of Object.entries(CALLS)) {
    server.addService(
      definitionOf(service, names, false),
      Object.fromEntries(names.map((name) => [name, answering((request) => library.call(name, request), isAllowed)])),
    );
  }
  for (const [service, names] of Object.entries(STREAMS)) {
    const handlers = names.map((name) => [name, passing(streaming, pathOf(service, name), isAllowed)] as const);
    addMethods(server, definitionOf(service, names, true), Object.fromEntries(handlers));
  }
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(address, grpc.ServerCredentials.createInsecure(), (error) => (error ? reject(error) : resolve()));
  });
}

/** A second set of methods under one service's name. */
function addMethods(
  server: grpc.Server,
  definition: grpc.ServiceDefinition,
  handlers: grpc.UntypedServiceImplementation,
): void {
  for (const [name, { path, requestDeserialize, responseSerialize }] of Object.entries(definition)) {
    const handler = handlers[name] as grpc.UntypedHandleCall;
    server.register(path, handler, responseSerialize, requestDeserialize, "serverStream");
  }
}

function pathOf(service: string, name: string): string {
  return `/authzed.api.v1.${service}/${name}`;
}

/** Requests and responses stay the bytes that they are. */
function definitionOf(service: string, names: readonly string[], responseStream: boolean): grpc.ServiceDefinition {
  const asItIs = (bytes: Buffer) => bytes;
  const methods = names.map((name) => {
    const method: grpc.MethodDefinition<Buffer, Buffer> = {
      path: pathOf(service, name),
      requestStream: false,
      responseStream,
      requestSerialize: asItIs,
      requestDeserialize: asItIs,
      responseSerialize: asItIs,
      responseDeserialize: asItIs,
    };
    return [name, method] as const;
  });
  return Object.fromEntries(methods);
}

const REFUSED = { code: grpc.status.PERMISSION_DENIED, details: "the token is not this server's" };

function answering(
  answer: (request: Buffer) => Promise<Buffer>,
  isAllowed: (metadata: grpc.Metadata) => boolean,
): grpc.handleUnaryCall<Buffer, Buffer> {
  return ({ metadata, request }, callback) => {
    if (!isAllowed(metadata)) return callback(REFUSED);
    answer(request).then(
      (response) => callback(null, response),
      (error: Error) => {
        const code = error instanceof SpiceDbError ? error.code : grpc.status.INTERNAL;
        callback({ code, details: error.message });
      },
    );
  };
}

function passing(
  client: grpc.Client,
  path: string,
  isAllowed: (metadata: grpc.Metadata) => boolean,
): grpc.handleServerStreamingCall<Buffer, Buffer> {
  const asItIs = (bytes: Buffer) => bytes;
  return (call) => {
    if (!isAllowed(call.metadata)) return void call.emit("error", REFUSED);
    const inner = client.makeServerStreamRequest(path, asItIs, asItIs, call.request);
    call.on("cancelled", () => inner.cancel());
    inner.on("data", (bytes: Buffer) => {
      // A slow reader slows SpiceDB down, and does not fill this process's memory.
      if (call.write(bytes)) return;
      inner.pause();
      call.once("drain", () => inner.resume());
    });
    inner.on("error", (error: grpc.ServiceError) => call.emit("error", error));
    inner.on("end", () => call.end());
  };
}
