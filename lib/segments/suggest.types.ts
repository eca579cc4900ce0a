/**
 * Suggestions for the filter builder, from real data. `people`: how many of the sampled people have it; a property is
 * listed once per type.
 */
export type SuggestedProperty = { key: string; type: "text" | "number" | "date" | "boolean" | "list"; people: number };
export type SuggestedValue = { value: string; people: number };
export type SuggestedEvent = { name: string; lastAt: number };
