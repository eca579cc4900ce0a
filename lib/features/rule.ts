import { z } from "zod";
import { isStorable } from "@/lib/format/storable";

/** A feature of the customer's product: a named group of events. Suggested ones have the event's name as their id. */
export type Feature = { id: string; name: string; events: string[] };
/** `isSuggested`: the project has not saved a list of its own; these are its most used events. */
export type FeatureList = { features: Feature[]; isSuggested: boolean };

export const MAX_FEATURES = 40;
export const MAX_EVENTS = 20;

const name = (what: string) =>
  z.string().trim().min(1, `${what} needs a name.`).refine(isStorable, "That name cannot be stored.");

/** A list as submitted; a new feature's id is empty. An event belongs to at most one feature. */
export const featureListSchema = z
  .array(
    z.object({
      id: z.union([z.guid(), z.literal("")]),
      name: name("A feature").max(80, "A feature's name has at most 80 characters."),
      events: z
        .array(name("An event").max(255))
        .min(1, "A feature has at least one event.")
        .max(MAX_EVENTS, `A feature has at most ${MAX_EVENTS} events.`),
    }),
  )
  .max(MAX_FEATURES, `At most ${MAX_FEATURES} features.`)
  .superRefine((features, context) => {
    const names = firstRepeated(features.map((feature) => feature.name));
    if (names !== undefined) context.addIssue(`Two features are called “${names}”.`);
    const events = firstRepeated(features.flatMap((feature) => feature.events));
    if (events !== undefined) context.addIssue(`“${events}” is in two places. An event belongs to one feature.`);
  });

export type FeatureListInput = z.input<typeof featureListSchema>;

function firstRepeated(texts: readonly string[]): string | undefined {
  return texts.find((text, i) => texts.indexOf(text) !== i);
}

/** A person's events of one name; times in ms. */
export type EventUse = { name: string; events: number; firstAt: number; lastAt: number };
/** A person's use of a feature; null if they never used it. `most`: the count of the most frequent of its events. */
export type FeatureUse = Feature & { use: { events: number; most: number; firstAt: number; lastAt: number } | null };

/** A person's features: those they used, in the order of first use, then the others in the list's order. Pure. */
export function featureUses(features: readonly Feature[], done: readonly EventUse[]): FeatureUse[] {
  const byName = new Map(done.map((use) => [use.name, use]));
  const uses = features.map((feature): FeatureUse => {
    const found = feature.events.flatMap((event) => byName.get(event) ?? []);
    if (found.length === 0) return { ...feature, use: null };
    return {
      ...feature,
      use: {
        events: found.reduce((sum, { events }) => sum + events, 0),
        most: Math.max(...found.map(({ events }) => events)),
        firstAt: Math.min(...found.map(({ firstAt }) => firstAt)),
        lastAt: Math.max(...found.map(({ lastAt }) => lastAt)),
      },
    };
  });
  const tried = uses.filter(({ use }) => use !== null);
  tried.sort((a, b) => (a.use?.firstAt ?? 0) - (b.use?.firstAt ?? 0));
  return [...tried, ...uses.filter(({ use }) => use === null)];
}
