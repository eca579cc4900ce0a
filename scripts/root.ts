import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The folder of package.json, above this file wherever it was bundled to. */
export const root = findRoot(import.meta.dirname);

function findRoot(folder: string): string {
  return existsSync(join(folder, "package.json")) ? folder : findRoot(dirname(folder));
}
