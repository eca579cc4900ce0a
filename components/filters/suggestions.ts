import type { SuggestedEvent, SuggestedProperty, SuggestedValue } from "@/lib/segments/suggest.types";

/**
 * What the filter builder asks for (GET /api/projects/{id}/suggest): what can be asked about people, the values something has, or
 * an event's properties. `q`: a fragment they hold.
 */
export type SuggestionQuery =
  | { of: "fields"; q: string }
  | { of: "values"; key: string; q: string }
  | { of: "facts"; field: string; q: string }
  | { of: "eventProperties"; event: string };

export type Suggestions = {
  properties?: SuggestedProperty[];
  events?: SuggestedEvent[];
  values?: (SuggestedValue & { label?: string })[];
};
