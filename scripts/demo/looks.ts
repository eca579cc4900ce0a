import { setEventDisplay } from "@/lib/events/store";
import type { EventDisplay } from "@/lib/events/types";
import { setPin } from "@/lib/pins/store";
import type { Scope } from "@/lib/scope";

/** How Larder's own team would have set up what matters to it. */
const LOOKS: Record<string, EventDisplay> = {
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

/** Gives the demo's events their looks and pins its properties; again is a no-op. */
export async function dressDemo(scope: Scope): Promise<void> {
  for (const [name, display] of Object.entries(LOOKS)) await setEventDisplay(scope, name, display);
  for (const key of PINS) await setPin(scope, key, true);
}
