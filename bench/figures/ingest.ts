import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { errorCounts, measuredLoad, requestBodies, runLoad } from "../load";
import { openLoop } from "../open-loop";
import {
  BENCH_SECRET,
  type Bench,
  type Figure,
  type FigureRow,
  makeProject,
  ms,
  perSecond,
  startServer,
} from "../support";
import { makeClient } from "../write-key";

const WARM_UP_SECONDS = 8;
const CONNECTIONS = [1, 32, 64, 256];
const BATCH_CONNECTIONS = [1, 8, 32, 64];
const COPY_ROWS = 200_000;
const SINGLE_TARGETS: Record<number, string> = { 64: "8,000/s; first target 5,000/s", 256: "15,000/s" };
const BATCH = 100;
/** Batches with events of one visitor each. */
const ALIKE_CONNECTIONS = 32;
/** Before latency is measured: what the load before it left to the background jobs would be measured too. */
const SETTLE_MS = 10_000;

/** Durable events per second over HTTP, with references from the same machine and run. */
export const ingest: Figure = {
  name: "ingest",
  title: "Durable events a second over HTTP (answered after commit, fsync on)",
  run: async (bench) => {
    const project = await makeProject(bench.db, "ingest");
    const rows = [...(await references())];
    const server = await startServer({
      KIND: "ours",
      DATABASE_URL: bench.databaseUrl,
      AUTH_SECRET: BENCH_SECRET,
    });
    try {
      const url = `http://127.0.0.1:${server.port}/track`;
      const body = requestBodies(await makeClient(bench.db, project.id));
      // Discard the first seconds, which measure the JIT.
      await runLoad(url, 32, () => body(1), { duration: WARM_UP_SECONDS });
      let single = 0;
      const costing = (connections: number, size: number) =>
        measuredLoad(server, bench.adminUrl, size, () => runLoad(url, connections, () => body(size)));
      for (const connections of CONNECTIONS) {
        const got = await costing(connections, 1);
        rows.push({
          what: `single events, ${connections} connections`,
          value: `${perSecond(got.rate)}, p50 ${ms(got.p50)}, p99 ${ms(got.p99)}; an event ${got.cost}`,
          ...(SINGLE_TARGETS[connections] ? { reference: SINGLE_TARGETS[connections] } : {}),
        });
        if (connections === 64) single = got.rate;
        bench.log(`ingest: ${connections} connections ${perSecond(got.rate)}`);
      }
      rows.push(await half(url, single, 1, body));
      await runLoad(url, 8, () => body(BATCH), { duration: WARM_UP_SECONDS });
      let batched = 0;
      for (const connections of BATCH_CONNECTIONS) {
        const got = await costing(connections, BATCH);
        rows.push({
          what: `batches of ${BATCH}, ${connections} connections`,
          value: `${perSecond(got.rate * BATCH)} events, p50 ${ms(got.p50)}, p99 ${ms(got.p99)}; an event ${got.cost}`,
          reference: "app 12 µs, Postgres 20 µs; 30,000/s; first target 15,000/s",
        });
        batched = Math.max(batched, got.rate);
        bench.log(`ingest: batches, ${connections} connections ${perSecond(got.rate * BATCH)}`);
      }
      rows.push(await half(url, batched, BATCH, body));
      const alike = await measuredLoad(server, bench.adminUrl, BATCH, () =>
        runLoad(url, ALIKE_CONNECTIONS, () => body(BATCH, "one visitor")),
      );
      rows.push({
        what: `batches of ${BATCH} of one visitor each, ${ALIKE_CONNECTIONS} connections`,
        value: `${perSecond(alike.rate * BATCH)} events, p50 ${ms(alike.p50)}, p99 ${ms(alike.p99)}; an event ${alike.cost}`,
      });
      const copied = await copyRate(bench, project.id);
      rows.push({
        what: "reference: COPY of the same rows into the same table and indexes",
        value: copied === null ? "not allowed here" : `${perSecond(copied)} events`,
        ...(copied === null
          ? {}
          : { reference: `batched is ${Math.round((batched * BATCH * 100) / copied)} % of it; 40 %` }),
      });
      rows.push({
        what: "memory of the app process under load",
        value: `${Math.round((await server.usage()).rssBytes / 2 ** 20)} MiB`,
        reference: "at most 400 MiB",
      });
    } finally {
      await server.stop();
    }
    return rows;
  },
};

async function references(): Promise<FigureRow[]> {
  const rows: FigureRow[] = [];
  const empty = await startServer({ KIND: "empty" });
  rows.push({
    what: "reference: empty node:http server, 64 connections",
    value: perSecond((await runLoad(`http://127.0.0.1:${empty.port}/`, 64, () => "{}")).rate),
  });
  await empty.stop();
  rows.push({ what: "reference: empty Next route handler, 64 connections", value: perSecond(await emptyNext()) });
  return rows;
}

/** A Next app with one empty route, built and served in a child process. */
async function emptyNext(): Promise<number> {
  const folder = join(import.meta.dirname, "..", "empty-next");
  const next = join(folder, "..", "..", "node_modules", "next", "dist", "bin", "next");
  const built = spawnSync(process.execPath, [next, "build", folder], {
    stdio: "ignore",
    env: { ...process.env, NODE_ENV: "production" },
  });
  if (built.status !== 0) throw new Error("the empty Next app did not build");
  const { default: createNext } = await import("next");
  const app = createNext({ dev: false, dir: folder, quiet: true });
  await app.prepare();
  const handle = app.getRequestHandler();
  const server = createServer((request, response) => void handle(request, response)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const { rate } = await runLoad(`http://127.0.0.1:${port}/api/empty`, 64, () => "{}");
  server.close();
  server.closeAllConnections();
  await app.close();
  return rate;
}

/**
 * Rows per second of COPY FROM with the rows just stored, into the same table with its indexes, in one
 * transaction and a separate project: the upper limit of this Postgres on this disk. Needs permission to read and
 * write the server's files; null without it.
 */
async function copyRate({ db, adminUrl }: Bench, projectId: string): Promise<number | null> {
  const project = await makeProject(db, "copy");
  const file = join(tmpdir(), `throughline-bench-${project.id}.copy`);
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    const { rows: columns } = await admin.query(
      `SELECT string_agg(CASE column_name WHEN 'project_id' THEN quote_literal('${project.id}') WHEN 'id' THEN 'gen_random_uuid()'
              ELSE column_name END, ', ' ORDER BY ordinal_position) AS list
         FROM information_schema.columns WHERE table_name = 'events'`,
    );
    const source = `SELECT ${columns[0].list} FROM events WHERE project_id = '${projectId}' ORDER BY received_at LIMIT ${COPY_ROWS}`;
    const { rowCount } = await admin.query(`COPY (${source}) TO '${file}'`);
    const start = performance.now();
    await admin.query(`COPY events FROM '${file}'`);
    return ((rowCount ?? 0) / (performance.now() - start)) * 1000;
  } catch (error) {
    if ((error as { code?: string }).code === "42501") return null; // insufficient privilege
    throw error;
  } finally {
    await admin.end();
    rmSync(file, { force: true });
  }
}

/** Latency at half the maximum throughput: requests evenly spaced, whatever is pending. */
async function half(url: string, full: number, size: number, body: (size: number) => string): Promise<FigureRow> {
  await sleep(SETTLE_MS);
  const got = await openLoop(url, full / 2, () => body(size));
  if (got.errors.size > 0) throw new Error(`${url} at half load:${errorCounts(got.errors)}`);
  return {
    what: `${size === 1 ? "single events" : `batches of ${size}`} at half of that, evenly spaced`,
    value: `${perSecond(got.rate * size)}, p50 ${ms(got.p50)}, p99 ${ms(got.p99)}; sent late by p99 ${ms(got.late99)}`,
    reference: "p99 below 50 ms",
  };
}
