import { setEventDisplay } from "@/lib/events/event-display.store";
import type { EventDisplay } from "@/lib/events/types";
import { featuresOf } from "@/lib/features/features.queries";
import { saveFeatures } from "@/lib/features/features.store";
import { setPin } from "@/lib/pins/pins.store";
import type { Scope } from "@/lib/scope";
import type { Rule } from "@/lib/segments/rule";
import { allSegments } from "@/lib/segments/segments.queries";
import { createAccountSegment, createSegment } from "@/lib/segments/segments.store";
import { DEMO_ACCOUNT_SEGMENTS, DEMO_FEATURES } from "./accounts";

/** Event displays as Larder's team would configure them. */
const DISPLAYS: Record<string, EventDisplay> = {
  signed_up: { icon: "flag", color: "green", conversion: true },
  subscription_started: { icon: "card", color: "green", conversion: true },
  report_exported: { icon: "download", color: "blue", conversion: false },
  recipe_created: { icon: "star", color: "amber", conversion: false },
  invoice_imported: { icon: "upload", color: "violet", conversion: false },
  invoice_import_failed: { icon: "alert", color: "red", conversion: false },
  report_export_failed: { icon: "alert", color: "red", conversion: false },
  till_sync_failed: { icon: "alert", color: "red", conversion: false },
  help_searched: { icon: "search", color: null, conversion: false },
};
const PINS = ["plan", "company", "role", "recipes"];

const exported = (is: "atLeast" | "exactly", n: number, days: number): Rule["of"][number] => ({
  kind: "did",
  event: "report_exported",
  where: [],
  is,
  n,
  window: { days },
});
const SEGMENTS: { name: string; description: string; rule: Rule }[] = [
  {
    name: "Kitchens going quiet",
    description: "Call them before they cancel.",
    rule: {
      kind: "and",
      of: [
        { kind: "quiet", is: true },
        { kind: "property", key: "plan", type: "text", is: "oneOf", values: ["kitchen"] },
      ],
    },
  },
  {
    name: "Stopped exporting",
    description: "They used to export reports but haven't for a month.",
    rule: { kind: "and", of: [exported("atLeast", 1, 365), exported("exactly", 0, 30)] },
  },
  {
    name: "At work on a phone",
    description: "Whom to ask about the new mobile menu.",
    rule: {
      kind: "and",
      of: [
        { kind: "identified", is: true },
        { kind: "fact", field: "device", is: "oneOf", values: ["mobile"] },
        { kind: "count", field: "activeDays30", is: "atLeast", n: 8 },
      ],
    },
  },
];

/** Sets event displays, pins properties, names features and saves a few segments; idempotent. */
export async function configureDemo(scope: Scope<"edit">): Promise<void> {
  for (const [name, display] of Object.entries(DISPLAYS)) await setEventDisplay(scope, name, display);
  for (const key of PINS) await setPin(scope, key, true);
  if ((await featuresOf(scope)).isSuggested)
    await saveFeatures(
      scope,
      DEMO_FEATURES.map((feature) => ({ id: "", ...feature })),
    );
  const known = new Set((await allSegments(scope)).map(({ name }) => name));
  for (const segment of SEGMENTS) if (!known.has(segment.name)) await createSegment(scope, segment);
  for (const segment of DEMO_ACCOUNT_SEGMENTS) if (!known.has(segment.name)) await createAccountSegment(scope, segment);
}
