/** Ids without nulls and repeats, ascending: the order everything is locked in. */
export function sorted(ids: readonly (number | null)[]): number[] {
  return [...new Set(ids.filter((id): id is number => id !== null))].sort((a, b) => a - b);
}
