import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import type pg from "pg";
import { createPool, createWriterPool } from "@/lib/db/pool";
import type { ProjectSettings } from "@/lib/projects/settings";
import { projectSettings } from "@/tests/support/project-settings";
import { migrate } from "../scripts/migrate";
import { freePort, startPostgres } from "../scripts/postgres";

/** Context of a figure: a database with fsync on, as in production. */
export type Bench = {
  db: pg.Pool /** As the app stores events. */;
  writer: pg.Pool;
  databaseUrl: string;
  /** Superuser connection, if the database belongs to the benchmark. */
  adminUrl: string;
  log: (line: string) => void;
};

/** One line of the table: figure, value with unit, and reference from the same run. */
export type FigureRow = { what: string; value: string; reference?: string };

export type Figure = {
  name: string;
  title: string;
  /** Left out unless it is named: it takes long and much of the disk. */
  onlyNamed?: true;
  run: (bench: Bench) => Promise<FigureRow[]>;
};

const root = join(import.meta.dirname, "..");

/** The same in every run, as secrets in the database, which is kept, are encrypted with it. */
export const BENCH_SECRET = process.env.AUTH_SECRET || "of the database that benchmarks keep";

/** Starts or joins the benchmark's Postgres over `folder` and gives `work` its database, which is kept between runs. */
export async function withBench<T>(
  work: (bench: Bench) => Promise<T>,
  folder = join(root, ".data", "bench"),
): Promise<T> {
  const given = process.env.DATABASE_URL;
  const postgres = given ? null : await startPostgres({ folder, durable: true });
  const databaseUrl = given ?? (postgres?.url as string);
  await migrate(databaseUrl);
  // Read by the application's pool.
  process.env.DATABASE_URL = databaseUrl;
  process.env.AUTH_SECRET = BENCH_SECRET;
  const db = createPool(databaseUrl, 16);
  const writer = createWriterPool(databaseUrl);
  try {
    const adminUrl = postgres ? postgres.adminUrl.replace(/\/postgres$/, "/throughline") : databaseUrl;
    return await work({ db, writer, databaseUrl, adminUrl, log: (line) => console.error(line) });
  } finally {
    await Promise.all([db.end(), writer.end()]);
    await postgres?.stop();
  }
}

/** A new, empty project for each figure. */
export async function makeProject(db: Pick<pg.ClientBase, "query">, name: string): Promise<ProjectSettings> {
  const [id, organization] = [randomUUID(), randomUUID()];
  await db.query("INSERT INTO organizations (id, name) VALUES ($1, 'Benchmarks')", [organization]);
  await db.query("INSERT INTO projects (id, organization_id, name, identify_secret) VALUES ($1, $2, $3, 'bench')", [
    id,
    organization,
    name,
  ]);
  return projectSettings({ id });
}

/** A quantile of the measurements. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Runs `work` `times` times and returns each duration in ms. */
export async function timings(times: number, work: (i: number) => Promise<unknown>): Promise<number[]> {
  const out: number[] = [];
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    await work(i);
    out.push(performance.now() - start);
  }
  return out;
}

/** Machine, date and load average of the measurement. */
export async function machine({ db }: Pick<Bench, "db">): Promise<string> {
  const { rows } = await db.query("SELECT current_setting('server_version') AS version");
  const cores = `${cpus().length} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB`;
  const when = new Date().toISOString().slice(0, 16).replace("T", " ");
  return `Measured on ${cores}, Node ${process.version}, Postgres ${rows[0].version} on the same machine, ${when} UTC, load at the end ${loadavg()[0]?.toFixed(1)}.`;
}

export const ms = (value: number): string => `${value < 10 ? value.toFixed(2) : value.toFixed(1)} ms`;
export const perSecond = (value: number): string => `${Math.round(value).toLocaleString("en")}/s`;

/** Bundles bench/server.ts like the production server: under tsx every closure costs an extra call. */
async function bundledServer(): Promise<string> {
  const outfile = join(root, ".data", "bench-server.mjs");
  await build({
    absWorkingDir: root,
    entryPoints: [join("bench", "server.ts")],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20.11",
    format: "esm",
    packages: "external",
    logLevel: "error",
  });
  return outfile;
}

/** What a server's process has used: resident memory now, and processor time since it started. */
export type Usage = { rssBytes: number; processorUs: number };

/** Node's options of `npm start`; cluster hands them to its workers. */
function productionFlags(): string[] {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: { start: string } };
  return scripts.start.split(" ").filter((word) => word.startsWith("--"));
}

/** Starts bench/server.ts in a child process; resolves once it listens. */
export async function startServer(env: Record<string, string>): Promise<{
  port: number;
  usage: () => Promise<Usage>;
  profile: (file: string) => Promise<void>;
  stop: () => Promise<void>;
}> {
  const port = await freePort();
  const child: ChildProcess = spawn(process.execPath, [...productionFlags(), await bundledServer()], {
    cwd: root,
    env: { ...process.env, ...env, PORT: String(port), NODE_ENV: "production" },
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  await Promise.race([
    once(child, "message"),
    once(child, "exit").then(([code]) => {
      throw new Error(`the server stopped with ${code}`);
    }),
  ]);
  return {
    port,
    usage: async () => {
      child.send({ usage: true });
      const [usage] = await once(child, "message");
      return usage as Usage;
    },
    /** Starts a CPU profile, or ends it and writes it to `file`. */
    profile: async (file) => {
      child.send({ profile: file });
      await once(child, "message");
    },
    stop: async () => {
      child.kill("SIGTERM");
      await once(child, "exit");
    },
  };
}
