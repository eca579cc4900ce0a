import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import autocannon from "autocannon";
import { newId } from "@/lib/ids";
import { type Bench, type Figure, makeProject, ms, perSecond, type Row, startServer } from "../support";

const SECONDS = 8;
const CONNECTIONS = [1, 32, 64, 256];
const BATCH = 100;
/** Visitors the load comes from; four in ten are logged in. */
const VISITORS = 5_000;

/** Durable events a second over HTTP, beside what the same machine does without us, in the same run. */
export const ingest: Figure = {
  name: "ingest",
  title: "Durable events a second over HTTP (answered after commit, fsync on)",
  run: async (bench) => {
    const project = await makeProject(bench.db, "ingest");
    const clientId = randomUUID();
    await bench.db.query(
      "INSERT INTO clients (id, project_id, name, mode, secret_hash) VALUES ($1, $2, 'bench', 'write', '')",
      [clientId, project.id],
    );
    const rows = [...(await references(bench))];
    const server = await startServer("server.ts", {
      KIND: "ours",
      DATABASE_URL: bench.databaseUrl,
      AUTH_SECRET: randomUUID(),
    });
    try {
      const url = `http://127.0.0.1:${server.port}/track`;
      const body = bodies(clientId);
      await load(url, 32, () => body(1), 3);
      for (const connections of CONNECTIONS) {
        const got = await load(url, connections, () => body(1));
        rows.push({
          what: `single events, ${connections} connections`,
          value: `${perSecond(got.rate)}, p50 ${ms(got.p50)}, p99 ${ms(got.p99)}`,
        });
        bench.say(`ingest: ${connections} connections ${perSecond(got.rate)}`);
      }
      for (const connections of [1, 8]) {
        const got = await load(url, connections, () => body(BATCH));
        rows.push({
          what: `batches of ${BATCH}, ${connections} connections`,
          value: `${perSecond(got.rate * BATCH)} events, p99 ${ms(got.p99)}`,
        });
        bench.say(`ingest: batches, ${connections} connections ${perSecond(got.rate * BATCH)}`);
      }
      rows.push({
        what: "memory of the app process under load",
        value: `${Math.round(await server.memoryMiB())} MiB`,
        reference: "at most 400 MiB",
      });
    } finally {
      await server.stop();
    }
    return rows;
  },
};

async function references(bench: Bench): Promise<Row[]> {
  const rows: Row[] = [];
  const empty = await startServer("server.ts", { KIND: "empty" });
  rows.push({
    what: "reference: empty node:http server, 64 connections",
    value: perSecond((await load(`http://127.0.0.1:${empty.port}/`, 64, () => "{}")).rate),
  });
  await empty.stop();
  rows.push({ what: "reference: empty Next route handler, 64 connections", value: perSecond(await emptyNext()) });
  rows.push({
    what: "reference: COPY into the same tables and indexes",
    value: `${perSecond(await copyRate(bench))} events`,
  });
  return rows;
}

/** A Next app with one empty route, built and served in this process' own child. */
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
  const { rate } = await load(`http://127.0.0.1:${port}/api/empty`, 64, () => "{}");
  server.close();
  server.closeAllConnections();
  await app.close();
  return rate;
}

/** Rows a second of COPY FROM-like bulk writing into events, with its indexes: the ceiling of this Postgres on this disk. */
async function copyRate({ db }: Bench): Promise<number> {
  const project = await makeProject(db, "copy");
  const rows = 200_000;
  const start = performance.now();
  await db.query(
    `INSERT INTO events (project_id, id, actor_id, stream_id, session_id, ts, received_at, kind, name, active, claim, path, properties)
     SELECT $1, gen_random_uuid(), g % 5000, g % 5000, gen_random_uuid(), now() - make_interval(secs => g), now(), 'event',
            'screen_view', true, true, '/pricing', '{"plan":"pro","n":1}' FROM generate_series(1, $2::int) g`,
    [project.id, rows],
  );
  return (rows / (performance.now() - start)) * 1000;
}

function bodies(clientId: string): (size: number) => string {
  const visitors = Array.from({ length: VISITORS }, (_, i) => ({
    anonymousId: randomUUID(),
    sessionId: newId(),
    profileId: i % 10 < 4 ? `user-${i}` : undefined,
  }));
  let at = 0;
  const message = () => {
    const visitor = visitors[at++ % VISITORS] as (typeof visitors)[number];
    return {
      id: newId(),
      anonymousId: visitor.anonymousId,
      sessionId: visitor.sessionId,
      timestamp: new Date().toISOString(),
      type: "track",
      payload: {
        name: "screen_view",
        profileId: visitor.profileId,
        properties: { __path: "https://shop.example/pricing", __title: "Pricing", plan: "pro", n: at },
      },
    };
  };
  return (size) =>
    size === 1
      ? JSON.stringify({ clientId, ...message() })
      : JSON.stringify({ clientId, sentAt: new Date().toISOString(), batch: Array.from({ length: size }, message) });
}

async function load(url: string, connections: number, body: () => string, duration = SECONDS) {
  const result = await autocannon({
    url,
    connections,
    duration,
    method: "POST",
    headers: {
      "content-type": "application/json",
      "user-agent":
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
    },
    requests: [{ setupRequest: (request) => ({ ...request, body: body() }) }],
  });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${url}: ${result.non2xx} refused, ${result.errors} errors`);
  return { rate: result["2xx"] / result.duration, p50: result.latency.p50, p99: result.latency.p99 };
}
