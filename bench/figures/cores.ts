import { measuredLoad, requestBodies, runLoad } from "../load";
import { BENCH_SECRET, type Figure, type FigureRow, makeProject, ms, perSecond, startServer } from "../support";
import { makeClient } from "../write-key";

const PROCESSES = [1, 2, 4];
const WARM_UP_SECONDS = 8;
const SHAPES = [
  { size: 1, connections: 256 },
  { size: 100, connections: 32 },
];

/**
 * The gain from more processes on one port. Generator, processes and Postgres share the machine: where its cores are
 * all busy, the rate cannot rise, and the processor time of an event shows what sharing costs.
 */
export const cores: Figure = {
  name: "cores",
  title: "Several processes on one port (WEB_CONCURRENCY)",
  run: async (bench) => {
    const rows: FigureRow[] = [];
    for (const count of PROCESSES) {
      const project = await makeProject(bench.db, `cores ${count}`);
      const body = requestBodies(await makeClient(bench.db, project.id));
      const server = await startServer({
        KIND: "ours",
        PROCESSES: String(count),
        DATABASE_URL: bench.databaseUrl,
        AUTH_SECRET: BENCH_SECRET,
      });
      try {
        const url = `http://127.0.0.1:${server.port}/track`;
        for (const { size, connections } of SHAPES) {
          await runLoad(url, connections, () => body(size), { duration: WARM_UP_SECONDS });
          const got = await measuredLoad(server, bench.adminUrl, size, () =>
            runLoad(url, connections, () => body(size)),
          );
          const what = size === 1 ? "single events" : `batches of ${size}`;
          rows.push({
            what: `${count} ${count === 1 ? "process" : "processes"}, ${what}, ${connections} connections`,
            value: `${perSecond(got.rate * size)}, p50 ${ms(got.p50)}, p99 ${ms(got.p99)}; an event ${got.cost}`,
          });
          bench.log(`cores: ${rows.at(-1)?.what}: ${rows.at(-1)?.value}`);
        }
        const { rssBytes } = await server.usage();
        rows.push({ what: `memory of ${count} under load`, value: `${Math.round(rssBytes / 2 ** 20)} MiB` });
      } finally {
        await server.stop();
      }
    }
    return rows;
  },
};
