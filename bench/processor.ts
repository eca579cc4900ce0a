import pg from "pg";
import type { startServer } from "./support";

/** Processor time in microseconds, user and system: of the app's process, and of all processes of Postgres. */
export type ProcessorTime = { app: number; postgres: number | null };

/** A tick of /proc/<pid>/stat, USER_HZ: 100 a second on every Linux architecture Node runs on. */
const TICK_US = 10_000;

/**
 * Measures what `work` costs. Unlike rates it hardly depends on other load on the machine. `postgres` is null if the
 * server's /proc cannot be read: no superuser, or not Linux. The cost of a process that ended meanwhile is lost; pooled
 * connections stay.
 */
export async function processorTime(
  server: Pick<Awaited<ReturnType<typeof startServer>>, "usage">,
  adminUrl: string,
  work: () => Promise<unknown>,
): Promise<ProcessorTime> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    const [appBefore, before] = [(await server.usage()).processorUs, await backends(admin)];
    await work();
    const [appAfter, after] = [(await server.usage()).processorUs, await backends(admin)];
    let postgres: number | null = null;
    if (before && after) for (const [pid, us] of after) postgres = (postgres ?? 0) + us - (before.get(pid) ?? 0);
    return { app: appAfter - appBefore, postgres };
  } finally {
    await admin.end();
  }
}

/** Microseconds used by each process of the server so far, including background ones; null if unknown. */
async function backends(admin: pg.Client): Promise<Map<number, number> | null> {
  try {
    const { rows } = await admin.query<{ pid: number; stat: string }>(
      "SELECT pid, pg_read_file('/proc/' || pid || '/stat', true) AS stat FROM pg_stat_activity WHERE pid <> pg_backend_pid()",
    );
    // The second field, the command in brackets, may hold spaces; utime and stime are the 14th and 15th.
    const ticks = (stat: string): number => {
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return Number(fields[11]) + Number(fields[12]);
    };
    return new Map(rows.filter(({ stat }) => stat !== null).map(({ pid, stat }) => [pid, ticks(stat) * TICK_US]));
  } catch {
    return null;
  }
}

/** "app 41 µs, Postgres 19 µs": the cost of one of `count`. */
export function perItem({ app, postgres }: ProcessorTime, count: number): string {
  const each = (us: number): string => `${(us / count).toFixed(us / count < 100 ? 1 : 0)} µs`;
  return `app ${each(app)}, Postgres ${postgres === null ? "unknown" : each(postgres)}`;
}

/** This process as one that processorTime can measure. */
export const ownUsage = {
  usage: async () => {
    const { user, system } = process.cpuUsage();
    return { rssBytes: process.memoryUsage.rss(), processorUs: user + system };
  },
};
