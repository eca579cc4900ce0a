import type { SuggestedEvent, SuggestedProperty, SuggestedValue } from "@/lib/segments/suggest.types";

/**
 * Queries of the filter builder (GET /api/projects/{id}/suggest): fields of people, the values of a field, an
 * event's properties, and their values. `q`: a substring to match.
 */
export type SuggestionQuery =
  | { of: "fields"; q: string }
  | { of: "accountFields"; q: string }
  | { of: "values"; key: string; held: "single" | "item"; q: string }
  | { of: "accountValues"; key: string; held: "single" | "item"; q: string }
  | { of: "facts"; field: string; q: string }
  | { of: "eventProperties"; event: string }
  | { of: "eventValues"; event: string; key: string; held: "single" | "item"; q: string };

export type Suggestions = {
  properties?: SuggestedProperty[];
  /** Of accounts. */
  accountProperties?: SuggestedProperty[];
  events?: SuggestedEvent[];
  values?: (SuggestedValue & { label?: string })[];
};
