import { z } from "zod";
import { TIMELINE_ORDERS } from "@/components/timeline/timeline-url";
import { textSchema } from "@/lib/http/action";

/** Maximum of event names in the filter. */
export const MAX_NAMES = 200;

/** A timeline's filter as an action gets it, with the parameters of its URL (components/timeline/params). */
export const filterArgumentSchema = z.object({
  order: z.enum(TIMELINE_ORDERS).catch("desc"),
  q: textSchema,
  names: z.array(textSchema).max(MAX_NAMES),
  page: textSchema,
  prop: textSchema,
  nopages: z.boolean(),
  conversions: z.boolean(),
  since: textSchema.nullable(),
  till: textSchema.nullable(),
});
