import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The reverse proxies that the documentation has recipes for: what asks each for its version. */
const PROXIES = { nginx: ["-v"], caddy: ["version"] };
const FOLDERS = ["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin"];

/** Unpacked here rather than installed: nothing is started, and the system stays as it is. */
const unpacked = join(
  dirname(dirname(fileURLToPath(import.meta.url))),
  "node_modules",
  ".cache",
  "throughline-proxies",
);

const runs = (path, name) => spawnSync(path, PROXIES[name], { stdio: "ignore" }).status === 0;

/** Where `name` is: NGINX_PATH or CADDY_PATH, the system's, or what `ensureProxies` unpacked; null when there is none that runs. */
export function findProxy(name) {
  const given = process.env[`${name.toUpperCase()}_PATH`];
  const places = [...FOLDERS, ...["sbin", "bin"].map((folder) => join(unpacked, "usr", folder))];
  const paths = given ? [given] : places.map((folder) => join(folder, name)).filter((path) => existsSync(path));
  return paths.find((path) => runs(path, name)) ?? null;
}

/** Fetches what is missing from Debian (10 MB, two seconds); throws a sentence about how to do it by hand where that fails. */
export function ensureProxies() {
  for (const name of Object.keys(PROXIES)) {
    if (findProxy(name)) continue;
    const isFetched = fetchPackage(name) || (apt(["update"]) && fetchPackage(name));
    if (!isFetched || !findProxy(name)) {
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

function apt(args, cwd) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  return spawnSync("apt-get", ["-qq", ...args], { cwd, env, stdio: "ignore", timeout: 120_000 }).status === 0;
}
