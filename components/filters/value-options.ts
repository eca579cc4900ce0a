import type { SuggestedValue } from "@/lib/segments/suggest.types";

export type ValueOption = { value: string; label: string; people: number | null };
type Known = SuggestedValue & { label?: string };

/** A value for display: quoted where surrounding spaces would be invisible. */
export const displayValue = (value: string): string =>
  value === "" ? "(empty)" : value === value.trim() ? value : `“${value}”`;

/**
 * Options while `typed` is in the field: the known values exactly as stored, and the typed text.
 * `exact`: surrounding spaces may be part of a value, so text typed with spaces is offered trimmed and as typed.
 */
export function valueOptions(typed: string, known: Known[], chosen: string[], exact: boolean): ValueOption[] {
  const options: ValueOption[] = known
    .filter(({ value }) => !chosen.includes(value))
    .map(({ value, label, people }) => ({ value, label: label ?? displayValue(value), people }));
  const isThere = (text: string) =>
    chosen.includes(text) || options.some(({ value, label }) => value === text || label === text);
  const trimmed = typed.trim();
  for (const [text, how] of [
    [trimmed, "as typed"],
    [exact ? typed : trimmed, "with its spaces"],
  ] as const)
    if (text !== "" && !isThere(text)) options.push({ value: text, label: `“${text}” ${how}`, people: null });
  return options;
}
