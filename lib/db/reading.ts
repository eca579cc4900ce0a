import type pg from "pg";
import { raw, type Sql } from "sql-template-tag";
import type { Sight } from "@/lib/scope";
import { type Pool, pool, type Tx } from "./pool";
import { readInTime } from "./read-limit.queries";

/**
 * The tables that hold personal data. Readers with masked sight read each through a view, `masked_` and its name,
 * without that data (docs/decisions/0088-masking.md).
 */
export const MASKED_TABLES = [
  "identities",
  "profiles",
  "profile_facts",
  "profile_values",
  "prop_ops",
  "events",
  "sessions",
  "day_counts",
  "notes",
  "account_notes",
  "accounts",
  "account_facts",
  "account_values",
  "account_changes",
  "segments",
  "alerts",
] as const;

const TABLE = new RegExp(`\\b(FROM|JOIN)(\\s+)(${MASKED_TABLES.join("|")})\\b(?!\\s*\\()`, "gi");

/**
 * One of these tables itself, even for masked sight: for conditions that exclude what the view would
 * (lib/segments/property.queries.ts), as no index covers a view's columns. Its columns must be neither selected nor
 * sorted by.
 */
export const tableBehindView = (table: (typeof MASKED_TABLES)[number]): Sql => raw(`"${table}"`);

/** A statement in which the views replace the tables, as a reader with masked sight may run it. */
export const maskedText = (text: string): string => text.replace(TABLE, "$1$2masked_$3");

type Query = (query: unknown, ...rest: unknown[]) => unknown;

function maskedQuery(query: unknown): unknown {
  if (typeof query === "string") return maskedText(query);
  if (typeof query !== "object" || query === null) return query;
  const { text, values, name } = query as pg.QueryConfig;
  if (typeof text === "string") return { text: maskedText(text), values, ...(name && { name: `${name}-masked` }) };
  // A cursor: pg reads its text when it is submitted.
  const cursor = query as { text?: string };
  if (cursor.text !== undefined) cursor.text = maskedText(cursor.text);
  return query;
}

/** `target` with its methods overridden by those of the same name. */
function withMethods<T extends object>(target: T, methods: Record<string, Query>): T {
  return new Proxy(target, {
    get(of, name) {
      const value: unknown = Reflect.get(of, name, of);
      if (typeof value !== "function") return value;
      return (typeof name === "string" && Object.hasOwn(methods, name) && methods[name]) || value.bind(of);
    },
  });
}

/** A connection with every statement masked. */
const maskedTx = (tx: Tx): Tx =>
  withMethods(tx, { query: (query, ...rest) => (tx.query as Query).call(tx, maskedQuery(query), ...rest) });

/**
 * A pool with every statement masked. A view may keep Postgres from using the index a statement was written for, so
 * each statement has a time limit. Callers that connect, to read with a cursor or their own settings, set the limit
 * themselves.
 */
function maskedPool(db: Pool): Pool {
  const query = (given: unknown, values?: unknown) =>
    readInTime(db, maskedQuery(given) as string | pg.QueryConfig, values as unknown[] | undefined);
  return withMethods(db, { query, connect: async () => maskedTx(await db.connect()) });
}

const proxies = new WeakMap<Pool, Pool>();

/**
 * The database as this sight may read it: every read about people for a member or an API client goes through it. Writes
 * and jobs use `pool()`.
 */
export function reading({ sight }: { sight: Sight }, db: Pool = pool()): Pool {
  if (!sight.masked) return db;
  const known = proxies.get(db) ?? maskedPool(db);
  proxies.set(db, known);
  return known;
}
