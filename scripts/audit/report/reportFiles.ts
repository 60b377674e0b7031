/** Writes an audit to a folder, for people, for spreadsheets and for machines. */

import { createWriteStream } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { toJson } from "@luxxon/chain/json";
import { UsageError } from "@luxxon/chain/usageError";
import type { Audit } from "../types.ts";
import { writeReportJson } from "./reportJson.ts";
import { reportPage } from "./reportPage.ts";
import { reportJsonSchema } from "./reportSchema.ts";
import { writeSettlementsCsv } from "./settlementsCsv.ts";

/**
 * Writes report.html, settlements.csv, report.json and report.schema.json, over those that are there.
 *
 * @param folder Is made if it is not there.
 * @returns The files' paths.
 * @throws {UsageError} if nothing can be written there.
 */
export async function writeReport(audit: Audit, folder: string): Promise<string[]> {
  const path = (name: string) => join(folder, name);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(path("report.html"), await reportPage(audit));
    await writeSettlementsCsv(audit, createWriteStream(path("settlements.csv")));
    await writeReportJson(audit, createWriteStream(path("report.json")));
    await writeFile(path("report.schema.json"), `${toJson(reportJsonSchema())}\n`);
  } catch (error) {
    throw cannotWrite(folder, error);
  }
  return ["report.html", "settlements.csv", "report.json", "report.schema.json"].map(path);
}

/** The user's fault as one line; anything else as it is. */
export function cannotWrite(where: string, error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const why = WHY[code];
  return why === undefined ? error : new UsageError(`Nothing can be written to ${where}: ${why}.`);
}

const WHY: Record<string, string> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  ENOTDIR: "a part of the path is a file",
  EEXIST: "it is a file",
  EISDIR: "it is a folder",
};
