import type { SuggestedValue } from "@/lib/segments/suggest.types";

export type ValueOption = { value: string; label: string; people: number | null };
type Known = SuggestedValue & { label?: string };

/** A value as it is shown: in quotes where spaces around it would not be seen. */
export const inWords = (value: string): string =>
  value === "" ? "(empty)" : value === value.trim() ? value : `“${value}”`;

/**
 * What can be chosen while `typed` is in the field: the known values, each exactly as it is stored, and what is typed.
 * `exact`: spaces around a value may be part of it, so what is typed with some is offered without and with them.
 */
export function valueOptions(typed: string, known: Known[], chosen: string[], exact: boolean): ValueOption[] {
  const options: ValueOption[] = known
    .filter(({ value }) => !chosen.includes(value))
    .map(({ value, label, people }) => ({ value, label: label ?? inWords(value), people }));
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
