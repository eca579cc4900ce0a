import { userRef } from "@/lib/identity/person-ref";
import { reasonInWords } from "@/lib/risk/reason";
import { type AtRisk, atRisk } from "@/lib/risk/risk.queries";
import type { Scope } from "@/lib/scope";
import { type Columns, chosen } from "./columns";
import { csvResponse, isoTime } from "./csv-stream";

const COLUMNS: Columns<AtRisk> = {
  ref: ({ handle }) => userRef(handle),
  name: ({ name }) => name,
  email: ({ email }) => email,
  lastSeen: ({ lastSeen }) => isoTime(lastSeen),
  probability: ({ probability }) => probability,
  returnsBy: ({ returnsBy }) => returnsBy,
  value: ({ value }) => value,
  why: ({ reason }) => reasonInWords(reason),
};

/** The columns the file can have. */
export const RISK_COLUMNS = Object.keys(COLUMNS);

const PAGE = 1_000;

/** Everybody going quiet as a CSV file, in the order of the list. */
export function exportRisk(scope: Scope, columns: string[] | null): Response {
  const { head, cellsOf } = chosen(COLUMNS, columns);
  return csvResponse(scope, "going-quiet", head, pages(scope, cellsOf));
}

async function* pages<Cells>(scope: Scope, cellsOf: (row: AtRisk) => Cells): AsyncGenerator<Cells[]> {
  let after: AtRisk["cursor"] | undefined;
  do {
    const rows = await atRisk(scope, PAGE, after);
    yield rows.map(cellsOf);
    after = rows.length < PAGE ? undefined : rows.at(-1)?.cursor;
  } while (after);
}
