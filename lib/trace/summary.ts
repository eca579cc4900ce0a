/** Of a statement, as long ones list many columns; its table comes early. */
const READ_CHARACTERS = 4_000;

/** "SELECT events": the verb and the first table of ours that a statement names, for a person to tell them apart. */
export function summaryOf(text: string): string {
  // Between quotes may be data; a quote that the cut left open hides the rest.
  const bare = text
    .slice(0, READ_CHARACTERS)
    .replace(/'(?:[^']|'')*(?:'|$)/g, "''")
    .replace(/--[^\n]*/g, "");
  const verb = /\b(?:SELECT|INSERT|UPDATE|DELETE|BEGIN|COMMIT|ROLLBACK|SET|ANALYZE|LOCK|COPY|CREATE|DROP|DO)\b/i.exec(
    bare,
  );
  const table = /\b(?:FROM|INTO|UPDATE|TABLE|ANALYZE)\s+(?:ONLY\s+)?([a-z][a-z0-9_]{1,62})\b/.exec(bare);
  return [verb?.[0].toUpperCase() ?? "statement", ...(table?.[1] ? [table[1]] : [])].join(" ");
}
