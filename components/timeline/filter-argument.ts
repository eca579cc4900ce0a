import { z } from "zod";
import { ORDERS } from "@/components/timeline/timeline-url";
import { textArgument } from "@/lib/http/action";

/** Maximum of event names in the filter. */
export const MAX_NAMES = 200;

/** A timeline's filter as an action gets it, with the parameters of its URL (components/timeline/params). */
export const filterArgument = z.object({
  order: z.enum(ORDERS).catch("desc"),
  q: textArgument,
  names: z.array(textArgument).max(MAX_NAMES),
  page: textArgument,
  prop: textArgument,
  nopages: z.boolean(),
  conversions: z.boolean(),
  since: textArgument.nullable(),
  till: textArgument.nullable(),
});
