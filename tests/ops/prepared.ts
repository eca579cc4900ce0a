import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { isAlive } from "../../scripts/lock.mjs";
import { clusterParent } from "../support/cluster-parent";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the first test that needs a prepared instance leaves it for the others (tests/ops/instance.ts). */
    preparedFolder: string;
  }
}

/** The steps of one `npm test` share a folder, as several run at once; the last one that uses it removes it. */
export default function setup(project: TestProject): () => void {
  const folder = join(clusterParent(), `throughline-prepared-${process.ppid}`);
  const users = join(folder, "users");
  const user = join(users, String(process.pid));
  mkdirSync(users, { recursive: true });
  writeFileSync(user, "");
  project.provide("preparedFolder", folder);
  return () => {
    rmSync(user, { force: true });
    if (readdirSync(users).some((pid) => isAlive(Number(pid)))) return;
    // A step that begins now makes its own.
    renameSync(folder, `${folder}-${process.pid}`);
    rmSync(`${folder}-${process.pid}`, { recursive: true, force: true });
  };
}
