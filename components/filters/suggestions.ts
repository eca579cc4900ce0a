import type { SuggestedEvent, SuggestedProperty, SuggestedValue } from "@/lib/segments/suggest.types";

/**
 * What the filter builder asks for (GET /api/projects/{id}/suggest): what can be asked about people, the values something has, an
 * event's properties, and theirs. `q`: a fragment they hold.
 */
export type SuggestionQuery =
  | { of: "fields"; q: string }
  | { of: "values"; key: string; held: "single" | "item"; q: string }
  | { of: "facts"; field: string; q: string }
  | { of: "eventProperties"; event: string }
  | { of: "eventValues"; event: string; key: string; held: "single" | "item"; q: string };

export type Suggestions = {
  properties?: SuggestedProperty[];
  events?: SuggestedEvent[];
  values?: (SuggestedValue & { label?: string })[];
};
