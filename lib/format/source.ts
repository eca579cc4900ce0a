import type { Context } from "@/lib/ingest/operation";

/** Where a visit came from, in one word: the referring site's name, else the campaign's source, else "Direct". */
export function sourceOf(context: Pick<Context, "referrerName" | "utmSource">): string {
  return context.referrerName ?? context.utmSource ?? "Direct";
}
