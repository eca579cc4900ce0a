/** How many characters of a statement are read: long ones list many columns, and the table comes early. */
const READ_CHARACTERS = 4_000;

/** "SELECT events": a statement's verb and first table, so that people can tell statements apart. */
export function statementSummary(text: string): string {
  // Quoted texts may be data; an unclosed quote hides the rest.
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
