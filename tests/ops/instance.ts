import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { inject } from "vitest";
import { withLock } from "../../scripts/lock.mjs";
import { freePort, startPostgres } from "../../scripts/postgres";
import { clusterParent } from "../support/cluster-parent";
import { instanceEnvironment } from "../support/instance-environment";

const root = join(import.meta.dirname, "..", "..");
/** As all ways to start pass it: NextAuth 4 calls url.parse(), of which Node 24 warns in the log. */
const NO_URL_PARSE_WARNING = "--disable-warning=DEP0169";
const START_TIMEOUT_MS = 100_000;
const POLL_MS = 25;

/** Environment variables to set for an instance. */
export type Env = Record<string, string>;

export type App = {
  url: string;
  process: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Resolves to the exit code; null when a signal ended it. */
  exited: Promise<number | null>;
};

const folders: string[] = [];
const apps: App[] = [];
const servers: { stop(): Promise<void> }[] = [];

/** Stops what the tests of a file started, and removes its folders. */
export async function stopAll(): Promise<void> {
  const stopping = apps.splice(0);
  for (const app of stopping) app.process.kill("SIGTERM");
  await Promise.all(stopping.map((app) => app.exited));
  for (const server of servers.splice(0)) await server.stop();
  for (const folder of folders.splice(0)) {
    // A Postgres that a killed app left behind.
    if (existsSync(join(folder, "postgres", "cluster", "postmaster.pid")))
      await startPostgres({ folder: join(folder, "postgres") }).then((postgres) => postgres.stop());
    rmSync(folder, { recursive: true, force: true });
  }
}

/** An empty data folder of its own, removed after the tests of the file. */
export function newDataDir(): string {
  const folder = mkdtempSync(join(clusterParent(), "throughline-ops-"));
  folders.push(folder);
  return folder;
}

/**
 * The data folder of a stopped instance with one project: a copy, as making the cluster, migrating it and creating the
 * project take 5 s. For tests that are not about a first start. `dataDir`: where, if not in a folder of its own.
 */
export async function preparedDataDir(dataDir = newDataDir()): Promise<{ dataDir: string; project: Provisioned }> {
  const prepared = inject("preparedFolder");
  const data = join(prepared, "data");
  const made = join(prepared, "project.json");
  await withLock(join(prepared, "lock"), async () => {
    if (!existsSync(made)) writeFileSync(made, JSON.stringify(await createProject({ DATA_DIR: data })));
  });
  await promisify(execFile)("cp", ["-a", `${data}/.`, dataDir]); // Node's own copy would lose the owner
  return { dataDir, project: JSON.parse(readFileSync(made, "utf8")) as Provisioned };
}

/** A Postgres that is not the app's own, with fsync on: its URL as the application's role. */
export async function newPostgres(): Promise<string> {
  const postgres = await startPostgres({ folder: join(newDataDir(), "postgres") });
  servers.push(postgres);
  return postgres.url;
}

/** Runs what `npm start` runs; does not wait for it. */
export async function launch(env: Env): Promise<App> {
  const port = env.PORT ?? String(await freePort());
  const child = spawn(process.execPath, [NO_URL_PARSE_WARNING, "scripts/start.mjs"], {
    cwd: root,
    env: instanceEnvironment({ ...env, PORT: port }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const exited = once(child, "close").then(([code]) => code as number | null);
  const app = { url: `http://localhost:${port}`, process: child, stdout: () => stdout, stderr: () => stderr, exited };
  apps.push(app);
  return app;
}

/** Waits until the app says that it is up; otherwise throws with its output. */
export async function isUp(app: App): Promise<App> {
  for (const deadline = Date.now() + START_TIMEOUT_MS; Date.now() < deadline; await sleep(POLL_MS)) {
    if (app.stdout().includes("To stop it")) return app;
    if (app.process.exitCode !== null) break;
  }
  throw new Error(`The app did not come up:\n${app.stdout()}\n${app.stderr()}`);
}

export async function start(env: Env): Promise<App> {
  return isUp(await launch(env));
}

type Key = { clientId: string; clientSecret: string };
export type Provisioned = { projectId: string; write: Key; read: Key; root: Key };

/** `npm run admin -- create-project … --json` against the instance with this data folder. */
export async function createProject(env: Env): Promise<Provisioned> {
  const person = ["--email", "ops@example.com", "--password", "correct horse battery staple", "--project", "Ops"];
  const args = ["scripts/tool.mjs", "admin", "create-project", ...person, "--json"];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, env: instanceEnvironment(env) });
  return JSON.parse(stdout) as Provisioned;
}
