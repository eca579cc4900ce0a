import type { z } from "zod";
import { AppError } from "@/lib/errors";
import { unstorableAt } from "@/lib/format/storable";

/** Encodes the position where a keyset page ended as an opaque string for URLs: base64url of its JSON. */
export function encodeCursor(position: unknown): string {
  return Buffer.from(JSON.stringify(position)).toString("base64url");
}

/**
 * The position where a page ended, checked by `schema`; undefined without a cursor. Throws bad_request, naming
 * `cursor`, if it is invalid.
 */
export function decodeCursor<T>(cursor: string | undefined, schema: z.ZodType<T>): T | undefined {
  if (cursor === undefined) return undefined;
  try {
    const position: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    const parsed = schema.safeParse(position);
    if (parsed.success && unstorableAt(position) === null) return parsed.data;
  } catch {
    // Not JSON: the same answer as for JSON of another shape.
  }
  throw unreadableCursor();
}

export const unreadableCursor = (): AppError =>
  new AppError(
    "bad_request",
    "This cursor does not belong to this list. Start without one, then pass `next` unchanged.",
    {
      field: "cursor",
    },
  );
