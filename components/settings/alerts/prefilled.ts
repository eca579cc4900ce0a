import { firstValue, type SearchParams } from "@/components/search-params";
import { SUBJECTS } from "@/lib/segments/rule";
import type { AlertChoices } from "./alert-form";
import type { AlertDraft } from "./draft";

/**
 * Values prefilled by a link to a new alert: `?on=segment&segment=…`, `?on=quiet&who=accounts`. Ignores invalid ones.
 */
export function prefilledAlert(
  search: SearchParams,
  { segments }: Pick<AlertChoices, "segments">,
): Partial<AlertDraft> {
  const on = firstValue(search, "on");
  if (on === "quiet")
    return firstValue(search, "who") === "accounts"
      ? { on, who: "accounts", name: "An account goes quiet" }
      : { on, who: "people", name: "Somebody goes quiet" };
  if (on !== "segment") return {};
  for (const who of SUBJECTS) {
    const segment = segments[who].find(({ id }) => id === firstValue(search, "segment"));
    if (segment) return { on, who, segment: segment.id, name: `New in “${segment.name}”`.slice(0, 100) };
  }
  return {};
}
