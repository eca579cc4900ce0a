import type pg from "pg";
import { inject } from "vitest";
import { config } from "@/lib/config";
import { rowsOnEach } from "./server";

/** Whether this run's Postgres is a Citus: for `skip` of a test's context, with the reason why it cannot hold there. */
export const onCitus = (): boolean => inject("nodeUrls").length > 1;

/** The rows of a query on each node, in this test file's database. */
export const onNodes = <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> =>
  rowsOnEach<Row>(inject("nodeUrls"), new URL(config().DATABASE_URL).pathname.slice(1), text, values);

/** The name of a shard's table as SQL, without the shard's number. */
export const unsharded = (name: string): string => `regexp_replace(${name}, '_\\d{6,}$', '')`;
