import { isDropped } from "@/lib/risk/reason";
import type { AccountFeatureUse, PersonFeatureUse } from "./uses.queries";

/** An account's features: in use, dropped (since when, in ms), and never tried. Each in the order given. */
export type FeatureStatus = {
  used: AccountFeatureUse[];
  dropped: { use: AccountFeatureUse; lastAt: number }[];
  untried: AccountFeatureUse[];
};

/**
 * `done`: how often, and when last, the people read did each event. If others used a feature too, it is never reported
 * as dropped. Times in ms. Pure.
 */
export function featureStatusOf(
  uses: readonly AccountFeatureUse[],
  done: readonly PersonFeatureUse[],
  account: { lastSeen: number | null; now: number },
): FeatureStatus {
  const status: FeatureStatus = { used: [], dropped: [], untried: [] };
  for (const use of uses) {
    const own = done.filter(({ name }) => use.of.includes(name));
    const lastAt = Math.max(...own.map((one) => one.lastAt));
    if (use.people === 0) status.untried.push(use);
    else if (hasEverybody(use, own) && isDropped({ most: mostDone(own), lastAt }, account))
      status.dropped.push({ use, lastAt });
    else status.used.push(use);
  }
  return status;
}

const hasEverybody = ({ people }: AccountFeatureUse, own: readonly PersonFeatureUse[]): boolean =>
  new Set(own.map(({ person }) => person)).size >= people;

/** The count of the most frequent event. */
function mostDone(own: readonly PersonFeatureUse[]): number {
  const times = new Map<string, number>();
  for (const { name, events } of own) times.set(name, (times.get(name) ?? 0) + events);
  return Math.max(0, ...times.values());
}
