import type pg from "pg";
import type { Tracer } from "@/lib/trace/span";
import { statementSummary } from "@/lib/trace/summary";

type Query = (...query: unknown[]) => unknown;
type TracedPool = Pick<pg.Pool, "on"> & { query: unknown };

/**
 * Records a span for each statement, named after its verb and first table. Neither its text nor its values are
 * recorded: both may hold somebody's data. A statement of the pool itself includes the wait for a connection.
 */
export function traceStatements(pool: TracedPool, tracer: Tracer): void {
  const poolQuery = (pool.query as Query).bind(pool);
  pool.query = (...query: unknown[]) => runTraced(tracer, query, poolQuery);
  pool.on("connect", (client) => {
    const clientQuery = (client.query as Query).bind(client);
    client.query = ((...query: unknown[]) =>
      // A query with a callback is the pool's own, and a cursor is read later.
      isAwaited(query) ? runTraced(tracer, query, clientQuery) : clientQuery(...query)) as typeof client.query;
  });
}

const isAwaited = (query: readonly unknown[]): boolean =>
  typeof query.at(-1) !== "function" && typeof (query[0] as { submit?: unknown } | null)?.submit !== "function";

function runTraced(tracer: Tracer, query: unknown[], run: Query): unknown {
  if (tracer.place() === null) return run(...query);
  const [first] = query;
  const summary = statementSummary(
    typeof first === "string" ? first : String((first as { text?: unknown }).text ?? ""),
  );
  const attributes = { "db.system.name": "postgresql", "db.query.summary": summary };
  return tracer.span(summary, attributes, () => run(...query));
}
