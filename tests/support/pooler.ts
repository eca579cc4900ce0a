import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "@/scripts/postgres";
import { ensureProxies, findProxy, proxyEnv } from "@/scripts/proxies.mjs";

/** The uid of `nobody`, which every Linux has: PgBouncer refuses to run as root. */
const NOBODY = 65_534;

export type Pooler = {
  /** The database's URL through the pooler, as another client would write it. */
  url: string;
  close(): Promise<void>;
};

/** PgBouncer in transaction mode in front of the database at `databaseUrl`, with `poolSize` connections to it. */
export async function openPooler(databaseUrl: string, poolSize: number): Promise<Pooler> {
  ensureProxies(["pgbouncer"]);
  const folder = mkdtempSync(join(tmpdir(), "throughline-pgbouncer-"));
  chmodSync(folder, 0o755);
  const { hostname, port: behind, pathname, username, password } = new URL(databaseUrl);
  const database = pathname.slice(1);
  const port = await freePort();
  const file = join(folder, "pgbouncer.ini");
  writeFileSync(
    file,
    `[databases]
${database} = host=${hostname} port=${behind} dbname=${database} user=${username} password=${decodeURIComponent(password)}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = ${poolSize}
max_client_conn = 200
`,
  );
  const identity = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const child = spawn(findProxy("pgbouncer") ?? "pgbouncer", [file], {
    env: proxyEnv(),
    stdio: ["ignore", "ignore", "pipe"],
    ...identity,
  });
  let output = "";
  child.stderr.on("data", (chunk) => (output += chunk));
  const close = async () => {
    const gone = child.exitCode === null && child.signalCode === null ? once(child, "exit") : null;
    child.kill("SIGKILL");
    await gone;
    rmSync(folder, { recursive: true, force: true });
  };
  if (!(await opens(port, child))) {
    await close();
    throw new Error(`PgBouncer does not start: ${output}`);
  }
  return { url: `postgresql://${username}:${password}@127.0.0.1:${port}/${database}`, close };
}

async function opens(port: number, child: ChildProcess): Promise<boolean> {
  for (let tries = 0; tries < 300 && child.exitCode === null; tries++) {
    const socket = connect(port, "127.0.0.1");
    const opened = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (opened) return true;
    await pause(50);
  }
  return false;
}
