import type pg from "pg";
import type { Sight } from "@/lib/sight";
import { type Pool, pool, type Tx } from "./pool";

/**
 * The tables with something of a person in them. For readers with masked sight each is read through a view,
 * `masked_` and its name, which leaves it out (docs/decisions/0088-masking.md).
 */
export const MASKED_TABLES = [
  "identities",
  "profiles",
  "profile_facts",
  "profile_values",
  "prop_ops",
  "events",
  "sessions",
  "notes",
  "account_notes",
  "accounts",
  "account_facts",
  "account_values",
  "account_changes",
  "segments",
] as const;

const TABLE = new RegExp(`\\b(FROM|JOIN)(\\s+)(${MASKED_TABLES.join("|")})\\b(?!\\s*\\()`, "gi");

/** A statement as a reader with masked sight may run it. */
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

/** `target` with every statement masked. */
function masked<T extends object>(target: T): T {
  return new Proxy(target, {
    get(of, name) {
      const value: unknown = Reflect.get(of, name, of);
      if (typeof value !== "function") return value;
      if (name === "query")
        return (query: unknown, ...rest: unknown[]) => (value as Query).call(of, maskedQuery(query), ...rest);
      if (name === "connect") return async () => masked((await value.call(of)) as Tx);
      return value.bind(of);
    },
  });
}

const proxies = new WeakMap<Pool, Pool>();

/**
 * The database as somebody with this sight may read it: every read about people on behalf of a member or an API client
 * goes through it. Writes and jobs use `pool()`.
 */
export function reading({ sight }: { sight: Sight }, db: Pool = pool()): Pool {
  if (!sight.masked) return db;
  const known = proxies.get(db) ?? masked(db);
  proxies.set(db, known);
  return known;
}
