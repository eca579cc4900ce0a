import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { allowedSchema, auditVerdictOf } from "./audit-report";
import { root } from "./root";

/** Of the registry. */
const TIMEOUT_MS = 60_000;

/**
 * `npm run audit`: known vulnerabilities of the packages that the app runs with; a serious one fails, unless
 * scripts/audit-allowed.json (or the file named as the first argument) allows it. Does not fail without a network.
 */
const allowed = readFileSync(process.argv[2] ?? join(root, "scripts/audit-allowed.json"), "utf8");
const { stdout } = spawnSync("npm", ["audit", "--json", "--omit=dev"], {
  cwd: root,
  encoding: "utf8",
  timeout: TIMEOUT_MS,
  shell: process.platform === "win32",
});
const today = new Date().toISOString().slice(0, 10);
const { failed, text } = auditVerdictOf(stdout ?? "", allowedSchema.parse(JSON.parse(allowed)), today);
console.log(text);
process.exitCode = failed ? 1 : 0;
