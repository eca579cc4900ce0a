import type { Snapshot } from "./snapshot.queries";

/** How many people of a difference are named. */
const NAMED = 3;

/** Differences that an upgrade must not cause; one sentence each. */
export function upgradeDifferences(before: Snapshot, after: Snapshot): string[] {
  const found: string[] = [];
  for (const [table, names] of Object.entries(before.columns)) {
    const dropped = names.filter((name) => !after.columns[table]?.includes(name));
    if (dropped.length > 0) found.push(`${table}: ${dropped.join(", ")} was dropped, so its content was not compared`);
    const [was, is] = [before.tables[table], after.tables[table]];
    if (was?.rows !== is?.rows) found.push(`${table}: ${was?.rows ?? 0} rows before, ${is?.rows ?? 0} after`);
    else if (dropped.length === 0 && was?.hash !== is?.hash)
      found.push(`${table}: the same number of rows, but other values`);
  }
  return [
    ...found,
    ...changed("timelines", before.timelines, after.timelines),
    ...changed("people in lists", before.lists, after.lists),
  ];
}

function changed(what: string, before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  const all = new Set([...before.keys(), ...after.keys()]);
  const others = [...all].filter((who) => before.get(who) !== after.get(who));
  if (others.length === 0) return [];
  const named = others
    .slice(0, NAMED)
    .map((who) => `${who}: ${before.get(who) ?? "none"} → ${after.get(who) ?? "none"}`);
  return [`${what}: ${others.length} of ${all.size} differ: ${named.join("; ")}`];
}
