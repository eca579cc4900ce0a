import { z } from "zod";
import type { FeatureUse } from "@/lib/features/rule";

const time = z.iso.datetime({ precision: 3 }).nullable();

export const featureUseSchema = z
  .object({
    name: z.string(),
    events: z.array(z.string()).describe("Names of the events that count as using it."),
    times: z.int().min(0).describe("How often they did any of them; 0: never tried."),
    firstAt: time,
    lastAt: time,
  })
  .meta({ id: "FeatureUse", description: "A person's use of a feature of the project; a second or two behind." });

export const featureUsesSchema = z
  .object({
    data: z.array(featureUseSchema).describe("Tried ones first, in the order in which they were tried."),
    suggested: z.boolean().describe("The project has no feature list yet; its most used events are used instead."),
  })
  .meta({ id: "FeatureUses", description: "Which of the project's features a person has tried, and which not." });

const iso = (ms: number | undefined): string | null => (ms === undefined ? null : new Date(ms).toISOString());

export const presentFeatureUse = ({ name, events, use }: FeatureUse): z.infer<typeof featureUseSchema> => ({
  name,
  events,
  times: use?.events ?? 0,
  firstAt: iso(use?.firstAt),
  lastAt: iso(use?.lastAt),
});
