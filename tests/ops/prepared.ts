import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { clusterParent } from "../support/cluster-parent";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the first test that needs a prepared instance leaves it for the others (tests/ops/instance.ts). */
    preparedFolder: string;
  }
}

export default function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(clusterParent(), "throughline-prepared-"));
  project.provide("preparedFolder", folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
