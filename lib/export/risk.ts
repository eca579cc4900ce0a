import { userRef } from "@/lib/identity/person-ref";
import {
  type AccountAtRisk,
  accountsAtRisk,
  type QuietChampion,
  quietChampions,
} from "@/lib/risk/account-risk.queries";
import { reasonInWords } from "@/lib/risk/reason";
import { type AtRisk, atRisk } from "@/lib/risk/risk.queries";
import type { Scope } from "@/lib/scope";
import { type Columns, chooseColumns } from "./columns";
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

const ACCOUNT_COLUMNS: Columns<AccountAtRisk> = {
  id: ({ id }) => id,
  name: ({ name }) => name,
  people: ({ people }) => people,
  lastSeen: ({ lastSeen }) => isoTime(lastSeen),
  probability: ({ probability }) => probability,
  returnsBy: ({ returnsBy }) => returnsBy,
  value: ({ value }) => value,
  why: ({ why }) => why,
};
export const ACCOUNT_RISK_COLUMNS = Object.keys(ACCOUNT_COLUMNS);

const CHAMPION_COLUMNS: Columns<QuietChampion> = {
  id: ({ id }) => id,
  name: ({ name }) => name,
  people: ({ people }) => people,
  lastSeen: ({ lastSeen }) => isoTime(lastSeen),
  championRef: ({ handle }) => userRef(handle),
  champion: ({ champion }) => champion,
  silentDays: ({ silent }) => silent,
  peopleStopped: ({ seats }) => seats.lost,
  peopleBefore: ({ seats }) => seats.had,
  probability: ({ probability }) => probability,
  value: ({ value }) => value,
  why: ({ why }) => why,
};
export const CHAMPION_RISK_COLUMNS = Object.keys(CHAMPION_COLUMNS);

const PAGE = 1_000;

/** Everybody going quiet as a CSV file, in the order of the list. */
export function exportRisk(scope: Scope, columns: string[] | null): Response {
  const { head, cellsOf } = chooseColumns(COLUMNS, columns);
  return csvResponse(
    scope,
    "going-quiet",
    head,
    pages((after) => atRisk(scope, PAGE, after), cellsOf),
  );
}

/** Every account at risk as a CSV file, in the list's order. */
export function exportAccountRisk(scope: Scope, columns: string[] | null): Response {
  const { head, cellsOf } = chooseColumns(ACCOUNT_COLUMNS, columns);
  return csvResponse(
    scope,
    "accounts-at-risk",
    head,
    pages((after) => accountsAtRisk(scope, PAGE, after), cellsOf),
  );
}

/** Every account whose champion went quiet as a CSV file, in the list's order. */
export function exportQuietChampions(scope: Scope, columns: string[] | null): Response {
  const { head, cellsOf } = chooseColumns(CHAMPION_COLUMNS, columns);
  return csvResponse(
    scope,
    "champion-went-quiet",
    head,
    pages((after) => quietChampions(scope, PAGE, after), cellsOf),
  );
}

async function* pages<Row extends { cursor: unknown }, Cells>(
  read: (after: Row["cursor"] | undefined) => Promise<Row[]>,
  cellsOf: (row: Row) => Cells,
): AsyncGenerator<Cells[]> {
  let after: Row["cursor"] | undefined;
  do {
    const rows = await read(after);
    yield rows.map(cellsOf);
    after = rows.length < PAGE ? undefined : rows.at(-1)?.cursor;
  } while (after);
}
