import { z } from "zod";
import { AppError } from "@/lib/errors";
import { isShortId } from "@/lib/format/id-length";
import { isStorable } from "@/lib/format/storable";
import { MAX_IDS_PER_PERSON } from "@/lib/identity/partition";
import type { Correction } from "./correction";

const id = z.string().min(1).refine(isShortId).refine(isStorable);
const pairs = z
  .array(z.tuple([id, id]))
  .min(1)
  .max(MAX_IDS_PER_PERSON);
const userIds = z.array(id).min(1).max(MAX_IDS_PER_PERSON);
const schema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("alias"), pairs }),
  z.object({ kind: z.literal("unalias"), pairs }),
  z.object({ kind: z.literal("detach"), anonymousId: id, userIds }),
  z.object({ kind: z.literal("attach"), anonymousId: id, userIds }),
]);

/** Parses a correction that a form carries as JSON. Throws bad_request for anything else. */
export function readCorrection(json: string): Correction {
  try {
    const parsed = schema.safeParse(JSON.parse(json));
    if (parsed.success) return parsed.data;
  } catch {
    // Falls through to the error for JSON of the wrong shape.
  }
  throw new AppError("bad_request", "This correction is unknown. Reload the page and try again.");
}
