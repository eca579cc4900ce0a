import type { JsonObject } from "@/lib/json";

/** The event that records a person's decision; only one with a boolean `granted` counts. */
export const CONSENT = "consent";

export type Consent = {
  granted: boolean;
  /** The text they saw, as the customer names it. */
  version: string | null;
  purposes: string[];
};

/** The decision that an event records; null for any other event. */
export function consentOf(name: string, properties: JsonObject | Record<string, unknown>): Consent | null {
  const { granted, version, purposes } = properties;
  if (name !== CONSENT || typeof granted !== "boolean") return null;
  return {
    granted,
    version: typeof version === "string" || typeof version === "number" ? String(version) : null,
    purposes: Array.isArray(purposes) ? purposes.filter((purpose) => typeof purpose === "string") : [],
  };
}
