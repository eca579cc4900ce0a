import type { SearchParams } from "@/components/search-params";
import { one } from "@/components/search-params";
import type { AlertChoices } from "./alert-form";
import type { Draft } from "./draft";

/** What a link to a new alert fills in: `?on=segment&segment=…`, `?on=quiet`. Anything it cannot be is left out. */
export function prefilledBy(search: SearchParams, { segments }: Pick<AlertChoices, "segments">): Partial<Draft> {
  const on = one(search, "on");
  const segment = segments.find(({ id }) => id === one(search, "segment"));
  if (on === "segment" && segment) return { on, segment: segment.id, name: `Joined “${segment.name}”` };
  return on === "quiet" ? { on, name: "Somebody goes quiet" } : {};
}
