import { readdirSync, readFileSync } from "node:fs";

/** The processes below `pid`, itself first, as Linux sees them now. */
export function treeOf(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = read(`/proc/${name}/stat`);
    const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    if (parent) parents.set(Number(name), parent);
  }
  const tree = [pid];
  for (const one of tree) for (const [child, parent] of parents) if (parent === one) tree.push(child);
  return tree;
}

/** Sends a signal to every process of the tree that still lives. */
export function signalTree(pid: number, signal: NodeJS.Signals): void {
  for (const one of treeOf(pid)) {
    try {
      process.kill(one, signal);
    } catch {} // it ended meanwhile
  }
}

/** Processes of the app below `pid`: Node's, without Postgres. */
export const nodesOf = (pid: number): number[] =>
  treeOf(pid).filter((one) => !read(`/proc/${one}/cmdline`).includes("postgres"));

/** Resident memory of the app in bytes, all its processes together. */
export const memoryOf = (pid: number): number =>
  nodesOf(pid).reduce(
    (sum, one) => sum + 1024 * Number(/VmRSS:\s+(\d+)/.exec(read(`/proc/${one}/status`))?.[1] ?? 0),
    0,
  );

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // it ended meanwhile
  }
}
