import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The documented reverse proxies and pooler, with the command that prints each version. */
const PROXIES = { nginx: ["-v"], caddy: ["version"], pgbouncer: ["--version"] };
const FOLDERS = ["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin"];

/** Unpacked here rather than installed, so that nothing is started and the system is unchanged. */
const unpacked = join(
  dirname(dirname(fileURLToPath(import.meta.url))),
  "node_modules",
  ".cache",
  "throughline-proxies",
);

/** Environment for running one: its libraries may be unpacked beside it. */
export function proxyEnv() {
  const lib = join(unpacked, "usr", "lib");
  const folders = existsSync(lib) ? readdirSync(lib).map((folder) => join(lib, folder)) : [];
  const path = [...folders, process.env.LD_LIBRARY_PATH].filter(Boolean).join(":");
  return path === "" ? process.env : { ...process.env, LD_LIBRARY_PATH: path };
}

const runs = (path, name) => spawnSync(path, PROXIES[name], { stdio: "ignore", env: proxyEnv() }).status === 0;

/**
 * Where `name` is: NGINX_PATH or CADDY_PATH, the system's, or what `ensureProxies` unpacked; null when there is none
 * that runs.
 */
export function findProxy(name) {
  const given = process.env[`${name.toUpperCase()}_PATH`];
  const places = [...FOLDERS, ...["sbin", "bin"].map((folder) => join(unpacked, "usr", folder))];
  const paths = given ? [given] : places.map((folder) => join(folder, name)).filter((path) => existsSync(path));
  return paths.find((path) => runs(path, name)) ?? null;
}

/**
 * Fetches what is missing from Debian (10 MB, two seconds); throws a sentence about how to do it by hand where that
 * fails.
 */
export function ensureProxies(names = Object.keys(PROXIES)) {
  for (const name of names) {
    if (findProxy(name)) continue;
    const isFetched = fetchPackage(name) || (apt(["update"]) && fetchPackage(name));
    if (isFetched && !findProxy(name)) for (const library of librariesOf(name)) fetchPackage(library);
    if (!findProxy(name)) {
      const by = `install it, or set ${name.toUpperCase()}_PATH to one, and run \`npm test\` again.`;
      throw new Error(`No ${name} for the test of its recipe: ${by}`);
    }
  }
}

function fetchPackage(name) {
  const folder = mkdtempSync(join(tmpdir(), "throughline-proxy-"));
  try {
    if (!apt(["download", name], folder)) return false;
    mkdirSync(unpacked, { recursive: true });
    const [file] = readdirSync(folder).filter((each) => each.endsWith(".deb"));
    return file !== undefined && spawnSync("dpkg-deb", ["-x", join(folder, file), unpacked]).status === 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The libraries that a package needs, except the system's C library. */
function librariesOf(name) {
  const { stdout } = spawnSync("apt-cache", ["depends", "--important", name], { encoding: "utf8" });
  return [...(stdout ?? "").matchAll(/^ +Depends: (lib\S+)$/gm)]
    .map((match) => match[1])
    .filter((it) => it !== "libc6");
}

function apt(args, cwd) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  return spawnSync("apt-get", ["-qq", ...args], { cwd, env, stdio: "ignore", timeout: 120_000 }).status === 0;
}
