import { z } from "zod";
import type { RefState } from "@/lib/privacy/bulk";
import type { BulkErasure } from "@/lib/privacy/bulk.queries";
import type { Erasure } from "@/lib/privacy/erase";

/** What the API says about erasures: its schemas, one source for routes and document, and how answers fill them. */

const flag = z.stringbool({ truthy: ["1", "true"], falsy: ["0", "false"], case: "sensitive", error: "Either 1 or 0." });
export const eraseQuerySchema = z.object({
  dryRun: flag.default(false).describe("1: count only; nothing is erased, and the receipt proves nothing."),
  suppress: flag.default(false).describe("1: also drop anything these ids send later, for ever."),
});

const time = z.iso.datetime({ precision: 3 }).describe("ISO 8601, UTC, milliseconds.");
const count = z.int().min(0);

export const receiptSchema = z
  .object({
    jobId: z.guid().nullable(),
    dryRun: z.boolean(),
    finished: z
      .boolean()
      .describe("Nothing of the person is visible any more in either case; true: the rows are deleted, too."),
    erasedAt: time,
    userIds: count,
    devices: count,
    sharedDevices: count.describe("Those of the devices that are shared: other people's parts stay."),
    events: count,
    sessions: count,
    suppressed: z.boolean(),
    digest: z
      .string()
      .nullable()
      .describe("HMAC-SHA256 of the receipt with a secret key of the project; null for a dry run."),
  })
  .meta({ id: "Receipt", description: "Proof of an erasure. It contains no id of the person." });

export function presentReceipt({ receipt: row, finished }: Erasure): z.infer<typeof receiptSchema> {
  return {
    jobId: row.jobId,
    dryRun: row.jobId === null,
    finished,
    erasedAt: row.erasedAt,
    userIds: row.userIds,
    devices: row.devices,
    sharedDevices: row.sharedDevices,
    events: row.events,
    sessions: row.sessions,
    suppressed: row.suppressed,
    digest: row.digest,
  };
}

const MAX_REFS = 1_000;
const OBJECT = "The body must be a JSON object.";

export const erasuresBodySchema = z
  .object(
    {
      refs: z
        .array(z.string("A ref: u:<user id> or a:<anonymous id>.").max(1_010), "A list of refs.")
        .min(1, "At least one ref.")
        .max(MAX_REFS, `At most ${MAX_REFS} refs.`)
        .describe("Whom to erase, by any of their ids: u:<user id> or a:<anonymous id>, not percent-encoded."),
      suppress: z.boolean().default(false).describe("Also drop anything these ids send later, for ever."),
      dryRun: z.boolean().default(false).describe("Erase nobody; only report which people the refs belong to."),
      id: z
        .guid("A UUID.")
        .optional()
        .describe("Your id of this erasure, a UUID: a request that is repeated with it erases nobody twice."),
    },
    OBJECT,
  )
  .meta({ id: "ErasuresRequest" });

const erasure = z.object({
  id: z.guid(),
  state: z.enum(["running", "finished", "stopped"]),
  requestedAt: time,
  finishedAt: time.nullable(),
  suppress: z.boolean(),
  total: count.describe("People to erase; several refs of one person count once."),
  erased: count.describe("Those with a receipt."),
  waiting: count,
  failed: count.describe("Those who could not be erased. A member can start it again."),
});

export const bulkErasureSchema = erasure.meta({
  id: "BulkErasure",
  description: "An erasure of many people, one by one in the background, and its progress.",
});

export const erasuresSchema = z
  .object({
    erasure: erasure.nullable().describe("null for a dry run."),
    people: count.describe("How many people the refs are of."),
    data: z.array(
      z.object({
        ref: z.string(),
        state: z.enum(["queued", "erased", "unknown"]).describe("erased: before this request."),
        erasedAt: time.nullable(),
      }),
    ),
  })
  .meta({
    id: "Erasures",
    description: "The outcome for each ref, in the order of the request; empty for a write key.",
  });

const iso = (ms: number): string => new Date(ms).toISOString();

export function presentBulk(bulk: BulkErasure): z.infer<typeof bulkErasureSchema> {
  return {
    id: bulk.id,
    state: bulk.stoppedAt !== null ? "stopped" : bulk.finishedAt !== null ? "finished" : "running",
    requestedAt: iso(bulk.requestedAt),
    finishedAt: bulk.finishedAt === null ? null : iso(bulk.finishedAt),
    suppress: bulk.suppress,
    total: bulk.total,
    erased: bulk.erased,
    waiting: bulk.waiting,
    failed: bulk.failed,
  };
}

export const presentRef = ({ ref, state, erasedAt }: RefState): z.infer<typeof erasuresSchema>["data"][number] => ({
  ref,
  state,
  erasedAt: erasedAt === null ? null : iso(erasedAt),
});
