/** Writes an audit to a folder, for people, for spreadsheets and for machines. */
import { createWriteStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import { toJson } from "@luxxon/chain/json";
import type { Made } from "../made.ts";
import { writeFiles } from "../page/files.ts";
import type { Audit } from "../types.ts";
import { writeMovementsCsv } from "./movementsCsv.ts";
import { writePayeesCsv } from "./payeesCsv.ts";
import { writeReportJson } from "./reportJson.ts";
import { reportPage } from "./reportPage.ts";
import { reportJsonSchema } from "./reportSchema.ts";
import { writeSettlementsCsv } from "./settlementsCsv.ts";

/** @returns The files' paths. @throws {UsageError} if nothing can be written there. */
export function writeReport(audit: Audit, folder: string, made: Made): Promise<string[]> {
  return writeFiles(folder, {
    "report.html": async (path) => writeFile(path, await reportPage(audit, made)),
    "settlements.csv": (path) => writeSettlementsCsv(audit, createWriteStream(path)),
    "movements.csv": (path) => writeMovementsCsv(audit, createWriteStream(path)),
    "payees.csv": (path) => writePayeesCsv(audit, createWriteStream(path)),
    "report.json": (path) => writeReportJson(audit, createWriteStream(path)),
    "report.schema.json": (path) => writeFile(path, `${toJson(reportJsonSchema())}\n`),
  });
}
