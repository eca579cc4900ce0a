import { firstValue, type SearchParams } from "@/components/search-params";
import type { Feature } from "@/lib/features/rule";
import { PRESET_DAYS, type PresetDays } from "@/lib/format/range";
import type { Subject } from "@/lib/segments/rule";

const DAY_MS = 24 * 60 * 60 * 1000;
const MINUTE_MS = 60_000;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export type AdoptionParams = {
  days: PresetDays;
  /** Start of the recent period, in ms; rounded to the minute, so that numbers and the lists behind them agree. */
  from: number;
  before: number;
  of: Subject;
  segment: string | null;
  /** Only people of this account: its id, or part of its name. Accounts have no such filter. */
  account: string | undefined;
  /** The id of the account the form showed by this name, as another may have the same. */
  accountId: string | undefined;
  /** The feature of the triangle, or one event of an older link, if the URL has one. */
  feature: string | undefined;
  event: string | undefined;
  same: Record<string, string | undefined>;
};

/** The parameters of the adoption screen, or of its file. */
export function adoptionParams(search: SearchParams, now: number): AdoptionParams {
  const days = PRESET_DAYS.find((preset) => String(preset) === firstValue(search, "days")) ?? 30;
  const segment = firstValue(search, "segment");
  const event = firstValue(search, "event")?.slice(0, 255);
  const feature = firstValue(search, "feature")?.slice(0, 255);
  const of = firstValue(search, "of") === "accounts" ? "accounts" : "people";
  const account = of === "people" ? firstValue(search, "account")?.trim().slice(0, 255) || undefined : undefined;
  const accountId = account === undefined ? undefined : firstValue(search, "accountId")?.slice(0, 255);
  const from = Math.floor(now / MINUTE_MS) * MINUTE_MS - days * DAY_MS;
  const known = segment !== undefined && UUID.test(segment) ? segment : null;
  return {
    days,
    from,
    before: from - days * DAY_MS,
    of,
    segment: known,
    account,
    accountId,
    feature,
    event,
    same: {
      of: of === "accounts" ? of : undefined,
      days: String(days),
      segment: known ?? undefined,
      account,
      accountId,
      feature,
      event,
    },
  };
}

/** The feature whose triangle is shown: the URL's, or its one event, else the first. */
export const shownFeature = (
  features: readonly Feature[],
  { feature, event }: Pick<AdoptionParams, "feature" | "event">,
): Feature | undefined =>
  features.find(({ id }) => id === feature) ??
  (event === undefined ? features[0] : { id: event, name: event, events: [event] });
