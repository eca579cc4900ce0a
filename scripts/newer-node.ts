import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./root";

const folder = join(root, "scripts", "node-24");
const INSTALL_LIMIT_MS = 60_000;

/** `bin`: the folder that holds it. */
export type NewerNode = { version: string; bin: string };

/**
 * The Node of the Docker image, from npm, where this machine's is older: Node 20 takes half as much processor time
 * again for the same tests (docs/decisions/0138-node-24.md). Null if this machine's is as new, if npm has none for its
 * platform, or if npm does not answer: then everything runs on this machine's.
 */
export async function newerNode(): Promise<NewerNode | null> {
  const wanted = join(folder, "package.json");
  const name = `node-${process.platform}-${process.arch}`;
  const { optionalDependencies } = JSON.parse(readFileSync(wanted, "utf8")) as {
    optionalDependencies: Record<string, string>;
  };
  const version = optionalDependencies[name];
  if (!version || majorOf(process.versions.node) >= majorOf(version)) return null;
  const bin = join(folder, "node_modules", name, "bin");
  if (!existsSync(join(bin, "node"))) await install();
  return existsSync(join(bin, "node")) ? { version, bin } : null;
}

const majorOf = (version: string): number => Number.parseInt(version, 10);

/** By the lock file beside it, which has a hash for every package. Never rejects. */
async function install(): Promise<void> {
  const npm = spawn("npm", ["ci", "--no-audit", "--no-fund"], { cwd: folder, stdio: "ignore" });
  const limit = setTimeout(() => npm.kill(), INSTALL_LIMIT_MS);
  await new Promise<void>((resolve) => npm.once("error", () => resolve()).once("close", () => resolve()));
  clearTimeout(limit);
}
