import { randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  chownSync,
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive, withLock } from "./lock.mjs";
import { findInstallation, type Installation, spawnProgram } from "./postgres-binaries";
import { createDatabase, postgresUrl, probePostgres } from "./postgres-client";
import { keepLogShort, rotateLog } from "./postgres-log";
import { machineOf, settingsFor } from "./postgres-settings";

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 30_000;
const POLL_EVERY_MS = 50;
const RETRY_AFTER_MS = 200;
/** Another program took the free port first, or processes of a killed server are still exiting. */
const PASSES_BY_ITSELF = /Address already in use|shared memory block|lock file "postmaster.pid" already exists/;

export type PostgresOptions = {
  /** Holds the cluster, its log, its password and the list of processes that use it. */
  folder: string;
  /** false trades safety in a power cut for speed. Default true. */
  durable?: boolean;
  /** How many app processes will use it at the same time; heeded when the server starts. Default 1. */
  processes?: number;
};

export type RunningPostgres = {
  /** URL of the database `throughline`, for the role that owns only it. */
  url: string;
  /** URL of the database `postgres` as superuser, for tests and benchmarks. */
  adminUrl: string;
  /** PID of the running server. */
  pid(): number;
  /** Restarts it on the same port after it ended. Rejects with a readable message. */
  restart(): Promise<void>;
  /** Stops Postgres once no other process uses it. Safe to call twice. */
  stop(): Promise<void>;
};

/**
 * Embedded Postgres over `folder`: the one that already runs there (started by another process, or left behind by one
 * that was killed), or a new one on a free port of 127.0.0.1. Throws one sentence when it cannot.
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const { folder } = options;
  mkdirSync(join(folder, "users"), { recursive: true, mode: 0o711 });
  const installation = findInstallation(join(folder, "cluster"));
  return await withLock(join(folder, "lock"), async () => {
    const password = passwordOf(folder);
    await initialise(installation, folder, password, options.durable ?? true);
    const open = async (port: number | null) =>
      (await findRunning(folder, password)) ?? (await launch(installation, options, password, port));
    let server = await open(isUsedByOthers(folder) ? portOfOthers(folder) : null);
    await createDatabase(server.port, password);
    const user = join(folder, "users", String(process.pid));
    writeFileSync(user, "");
    const shortening = keepLogShort(join(folder, "log"));
    return {
      url: postgresUrl("throughline", password, server.port, "throughline"),
      adminUrl: postgresUrl("postgres", password, server.port, "postgres"),
      pid: () => server.pid,
      restart: () =>
        withLock(join(folder, "lock"), async () => {
          const { port } = server;
          server = await open(port);
          if (server.port !== port)
            throw new Error(`Embedded Postgres runs on port ${server.port}, no longer on ${port}.`);
        }),
      stop: () =>
        withLock(join(folder, "lock"), async () => {
          shortening.stop();
          rmSync(user, { force: true });
          if (isUsedByOthers(folder)) return;
          await stopServer(server.pid);
        }),
    };
  });
}

type Server = { pid: number; port: number };

/** Random, kept for the cluster's lifetime, readable by us alone. */
function passwordOf(folder: string): string {
  const file = join(folder, "password");
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString("base64url"), { mode: 0o600 });
  return readFileSync(file, "utf8").trim();
}

/**
 * Creates the cluster if there is none: next to its place first, then renamed, so that a kill leaves none rather than
 * half of one.
 */
async function initialise(
  installation: Installation,
  folder: string,
  password: string,
  durable: boolean,
): Promise<void> {
  const cluster = join(folder, "cluster");
  if (existsSync(join(cluster, "PG_VERSION"))) return;
  const draft = join(folder, "draft");
  rmSync(draft, { recursive: true, force: true });
  rmSync(cluster, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  const passwordFile = join(draft, "password");
  writeFileSync(passwordFile, password, { mode: 0o600 });
  const data = join(draft, "cluster");
  mkdirSync(data, { mode: 0o700 });
  const { account } = installation;
  if (account) for (const path of [passwordFile, data, draft]) chownSync(path, account.uid, account.gid);
  // The builtin C.UTF-8 locale sorts alike on every operating system, so an upgrade of its libraries cannot corrupt an
  // index.
  const locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8"];
  const args = ["-D", data, "-U", "postgres", "-A", "scram-sha-256", `--pwfile=${passwordFile}`, ...locale];
  const initdb = spawnProgram(installation, "initdb", durable ? args : [...args, "--no-sync"], draft, {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let errors = "";
  initdb.stderr?.on("data", (chunk) => {
    errors += chunk;
  });
  const [code] = (await once(initdb, "close")) as [number | null];
  if (code !== 0) throw new Error(`Could not create a Postgres cluster in ${folder}: ${lastLine(errors)}`);
  renameSync(data, cluster);
  rmSync(draft, { recursive: true, force: true });
}

/** A pid that no system assigns. */
const NOBODY = 2 ** 31 - 1;

/**
 * The server that runs over this cluster, or null. A server in the middle of starting or stopping is waited for. The
 * postmaster.pid of a server that died is left to Postgres, which also checks for orphans of it; but if the pid now
 * belongs to another program or a zombie, which Postgres would mistake for the server, it is replaced first.
 */
async function findRunning(folder: string, password: string): Promise<Server | null> {
  const pidFile = join(folder, "cluster", "postmaster.pid");
  for (let deadline = Date.now() + START_TIMEOUT_MS; Date.now() < deadline; await sleep(POLL_EVERY_MS)) {
    if (!existsSync(pidFile)) return null;
    const lines = readFileSync(pidFile, "utf8").split("\n");
    const server = { pid: Number(lines[0]), port: Number(lines[3]) };
    if (!isAlive(server.pid) || !isPostgres(server.pid)) {
      writeFileSync(pidFile, [NOBODY, ...lines.slice(1)].join("\n"));
      return null;
    }
    const answer = await probePostgres(server.port, password);
    if (answer === "ready") return server;
    if (answer === "starting") deadline = Date.now() + START_TIMEOUT_MS;
  }
  throw new Error(`Another Postgres holds ${folder} but does not answer: stop the process named in ${pidFile}.`);
}

/** Without /proc nothing is known, so Postgres decides. */
function isPostgres(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("postgres");
  } catch {
    return true;
  }
}

/** Starts a server, on this port or a free one. */
async function launch(
  installation: Installation,
  options: PostgresOptions,
  password: string,
  givenPort: number | null,
): Promise<Server> {
  const { folder, durable = true, processes = 1 } = options;
  const log = join(folder, "log");
  rotateLog(log);
  const settings = Object.entries(settingsFor(machineOf(folder), processes, durable));
  let deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const port = givenPort ?? (await freePort());
    const output = openSync(log, "a", 0o600);
    const begin = fstatSync(output).size;
    const flags = settings.flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    const args = ["-D", join(folder, "cluster"), "-p", String(port), ...flags];
    const child = spawnProgram(installation, "postgres", args, join(folder, "cluster"), {
      stdio: ["ignore", output, output],
    });
    closeSync(output);
    child.unref();
    let exited = false;
    const onExit = () => {
      exited = true;
    };
    child.once("exit", onExit).once("error", onExit);
    for (; !exited && Date.now() < deadline; await sleep(POLL_EVERY_MS)) {
      const answer = await probePostgres(port, password);
      if (child.pid && answer === "ready") {
        writeFileSync(join(folder, "port"), String(port));
        return { pid: child.pid, port };
      }
      // After a crash it replays its WAL first, for as long as that takes.
      if (answer === "starting") deadline = Date.now() + START_TIMEOUT_MS;
    }
    if (!exited && child.pid) await stopServer(child.pid);
    const startLog = readFileSync(log).subarray(begin).toString();
    if (Date.now() > deadline || !PASSES_BY_ITSELF.test(startLog)) {
      throw new Error(`Embedded Postgres did not start: ${reason(startLog)} (see ${log})`);
    }
    await sleep(RETRY_AFTER_MS);
  }
}

/** Whether another live process uses the server; removes dead ones. */
function isUsedByOthers(folder: string): boolean {
  const users = readdirSync(join(folder, "users"));
  const dead = users.filter((pid) => !isAlive(Number(pid)));
  for (const pid of dead) rmSync(join(folder, "users", pid), { force: true });
  return users.length > dead.length;
}

/** The port that other processes of this cluster use: a restarted server must take the same one. */
function portOfOthers(folder: string): number | null {
  const file = join(folder, "port");
  return existsSync(file) ? Number(readFileSync(file, "utf8")) : null;
}

/** "Fast" shutdown: open transactions are rolled back, then a checkpoint is written. Killed outright after 30 s. */
async function stopServer(pid: number): Promise<void> {
  if (!isAlive(pid)) return;
  process.kill(pid, "SIGINT");
  for (const deadline = Date.now() + STOP_TIMEOUT_MS; Date.now() < deadline; await sleep(POLL_EVERY_MS)) {
    if (!isAlive(pid)) return;
  }
  process.kill(pid, "SIGQUIT");
}

/** A port that is free right now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("No TCP port is free on 127.0.0.1.");
  return address.port;
}

const lastLine = (text: string) => text.trim().split("\n").at(-1) ?? "no output";

/** Postgres' own error message. */
const reason = (log: string) => /(?:FATAL|PANIC|ERROR): +(.*)/.exec(log)?.[1] ?? lastLine(log);
