import { type BulkErasure, bulkReceipts } from "@/lib/privacy/bulk.queries";
import type { Receipt } from "@/lib/privacy/erase-jobs.store";
import type { Scope } from "@/lib/scope";
import { csvResponse } from "./csv-stream";

const COLUMNS = [
  "jobId",
  "erasedAt",
  "userIds",
  "devices",
  "sharedDevices",
  "events",
  "sessions",
  "suppressed",
  "digest",
] as const satisfies readonly (keyof Receipt)[];

/** The receipts of a bulk erasure as a CSV file, in order of time. Streamed. */
export const receiptsFile = (scope: Scope, { id }: BulkErasure): Response =>
  csvResponse(scope, "receipts", COLUMNS, rowsOf(scope, id));

async function* rowsOf(scope: Scope, id: string) {
  for await (const receipts of bulkReceipts(scope, id))
    yield receipts.map((receipt) => COLUMNS.map((column) => receipt[column]));
}
