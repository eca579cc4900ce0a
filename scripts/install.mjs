/** Prerequisites of everything else. Plain Node without dependencies, because it installs them. */
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { withLock } from "./lock.mjs";

const OLDEST_NODE = [20, 11];
const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Throws a readable message if Node is too old. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  throw new Error(`Throughline needs Node ${OLDEST_NODE.join(".")} or newer; this is ${process.versions.node}.`);
}

/** Runs `npm ci` if node_modules does not match package-lock.json. Of two processes, one installs. */
export async function installIfStale() {
  if (isInstalled()) return;
  mkdirSync(join(root, "dist"), { recursive: true });
  await withLock(join(root, "dist", "install.lock"), async () => {
    if (isInstalled()) return;
    console.error("Installing dependencies (about half a minute, only after an update)…");
    const cli = process.env.npm_execpath ?? "";
    const [command, args] = cli.endsWith("npm-cli.js") ? [process.execPath, [cli]] : ["npm", []];
    const flags = ["ci", "--no-audit", "--no-fund", "--loglevel=error", "--include=dev"];
    const child = spawn(command, [...args, ...flags], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
    const code = await new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
    if (code !== 0)
      throw new Error("`npm ci` failed, see above: Throughline needs the packages it lists in package-lock.json.");
  });
}

/** npm writes node_modules/.package-lock.json last, so an interrupted install counts as none. */
function isInstalled() {
  const installed = packagesOf(join(root, "node_modules", ".package-lock.json"));
  const wanted = packagesOf(join(root, "package-lock.json"));
  if (installed === null || wanted === null) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === "") return true;
    const found = installed[path];
    if (!found) return Boolean(entry.optional);
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages;
  } catch {
    return null;
  }
}
