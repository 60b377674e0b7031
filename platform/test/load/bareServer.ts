/** Answers `GET /sessions/{id}` with nothing but the one statement that it takes: `node bareServer.ts <database url>`. */
import { createServer } from "node:http";
import process from "node:process";
import { openDatabase } from "../../src/db/database.ts";
import { findSession } from "../../src/sessions/session.ts";

const db = openDatabase(process.argv[2] ?? "");
const server = createServer((request, response) => {
  const id = request.url?.split("/").at(-1) ?? "";
  findSession(db, id).then(
    (session) => {
      const text = JSON.stringify(session, (_, value) => (typeof value === "bigint" ? value.toString() : value));
      response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
      response.end(text);
    },
    () => response.writeHead(500).end(),
  );
});
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${(server.address() as { port: number }).port}`));
