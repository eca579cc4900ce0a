import { PrismaPg } from "@prisma/adapter-pg";
import { config } from "@/lib/config";
import { connectionOf, KEPT_OPEN } from "@/lib/db/connection";
import { type Prisma, PrismaClient } from "@/lib/db/generated/client";
import { type Tracer, tracer } from "@/lib/trace/span";

/**
 * How many connections the control plane has. They are separate from the data plane's, so that a flood of events cannot
 * lock members out.
 */
const CONTROL_PLANE_CONNECTIONS = 5;

/** How long a member waits for a connection, and for a query, while Postgres does not answer, in ms. */
const CONNECT_MS = 10_000;
const QUERY_MS = 60_000;

/**
 * The client itself, or one of its transactions: the parameter of a store function that may be part of a larger write.
 */
export type ControlTx = Prisma.TransactionClient;

const shared = globalThis as typeof globalThis & { throughlinePrisma?: PrismaClient };

/**
 * The process's Prisma client (control plane only), created at first use; one for all of Next's copies of this module.
 */
export function prisma(): PrismaClient {
  shared.throughlinePrisma ??= createPrisma(config().DATABASE_URL);
  return shared.throughlinePrisma;
}

/** A client for tests and scripts that `$disconnect()` it themselves. */
export function createPrisma(connectionString: string): PrismaClient {
  const { config: connection, schema } = connectionOf(connectionString);
  const adapter = new PrismaPg(
    {
      ...connection,
      max: CONTROL_PLANE_CONNECTIONS,
      application_name: "throughline",
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: QUERY_MS,
      ...KEPT_OPEN,
    },
    // an idle connection died; the next query reports that to its caller
    { ...(schema === null ? {} : { schema }), onPoolError: () => {}, onConnectionError: () => {} },
  );
  const client = new PrismaClient({ adapter });
  const tracing = tracer();
  return tracing ? tracedClient(client, tracing) : client;
}

/** A client that records a span for each call, named after it: "Project.findMany". Arguments are not recorded. */
function tracedClient(client: PrismaClient, tracing: Tracer): PrismaClient {
  const attributes = { "db.system.name": "postgresql" };
  const extended = client.$extends({
    query: {
      $allOperations: ({ model, operation, args, query }) =>
        tracing.span(model ? `${model}.${operation}` : operation, attributes, async () => query(args)),
    },
  });
  return extended as unknown as PrismaClient;
}
