import type pg from "pg";
import { raw, type Sql } from "sql-template-tag";
import { type Pool, pool, type Tx } from "@/lib/db/pool";
import { readInTime } from "@/lib/db/read-limit.queries";
import type { Reader } from "@/lib/scope";
import { MASKED_TABLES } from "./masked-tables";
import { withoutStandIns, withStandIns } from "./stand-ins";

const TABLE = new RegExp(`\\b(FROM|JOIN)(\\s+)(${MASKED_TABLES.join("|")})\\b(?!\\s*\\()`, "gi");

/**
 * One of the masked tables itself, even for masked sight: for conditions that exclude what the view would
 * (lib/segments/property.queries.ts), as no index covers a view's columns. Its columns must be neither selected nor
 * sorted by.
 */
export const tableBehindView = (table: (typeof MASKED_TABLES)[number]): Sql => raw(`"${table}"`);

/** A statement in which the views replace the tables, as a reader with masked sight may run it. */
export const maskedText = (text: string): string => text.replace(TABLE, "$1$2masked_$3");

type Query = (query: unknown, ...rest: unknown[]) => unknown;

function maskedQuery(reader: Reader, query: unknown): unknown {
  if (typeof query === "string") return maskedText(query);
  if (typeof query !== "object" || query === null) return query;
  const { text, values, name } = query as pg.QueryConfig;
  return {
    text: maskedText(text),
    values: withoutStandIns(reader, values),
    ...(name && { name: `${name}-masked` }),
  };
}

async function maskedResult(reader: Reader, read: Promise<pg.QueryResult>): Promise<pg.QueryResult> {
  const result = await read;
  result.rows = withStandIns(reader, result.rows);
  return result;
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

/** A connection with every statement and result masked. */
const maskedTx = (reader: Reader, tx: Tx): Tx =>
  withMethods(tx, {
    query: (query, values) => {
      const read = (tx.query as Query).call(tx, maskedQuery(reader, query), withoutStandIns(reader, values));
      return maskedResult(reader, read as Promise<pg.QueryResult>);
    },
  });

/**
 * A pool with every statement and result masked. A view may keep Postgres from using the index a statement was written
 * for, so each statement has a time limit. Callers that connect, to read with a cursor or their own settings, set the
 * limit themselves.
 */
function maskedPool(reader: Reader, db: Pool): Pool {
  const query = (given: unknown, values?: unknown) =>
    maskedResult(
      reader,
      readInTime(
        db,
        maskedQuery(reader, given) as string | pg.QueryConfig,
        withoutStandIns(reader, values) as unknown[] | undefined,
      ),
    );
  return withMethods(db, { query, connect: async () => maskedTx(reader, await db.connect()) });
}

/**
 * The database as this reader may see it: every read about people for a member or an API client goes through it. Writes
 * and jobs use `pool()`.
 */
export const reading = ({ projectId, sight }: Reader, db: Pool = pool()): Pool =>
  sight.masked ? maskedPool({ projectId, sight }, db) : db;
