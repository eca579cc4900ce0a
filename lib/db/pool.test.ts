import type pg from "pg";
import { expectTypeOf, test } from "vitest";
import type { Database, Pool, Tx } from "./pool";

// The compiler checks this file (npm run check): pg's own types would give `any`.
test("a column of a query that names no row type cannot be used", () => {
  type Untyped = pg.QueryResult<{ [column: string]: unknown }>;
  expectTypeOf((db: Database) => db.query("SELECT 1 AS n")).returns.resolves.toEqualTypeOf<Untyped>();
  expectTypeOf((db: Pool) => db.query("SELECT 1 AS n")).returns.resolves.toEqualTypeOf<Untyped>();
  expectTypeOf((db: Tx) => db.query("SELECT 1 AS n")).returns.resolves.toEqualTypeOf<Untyped>();
  expectTypeOf(async (db: Pool) =>
    (await db.connect()).query("SELECT 1 AS n"),
  ).returns.resolves.toEqualTypeOf<Untyped>();
});
