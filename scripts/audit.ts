import { spawnSync } from "node:child_process";
import { verdictOf } from "./audit-report";
import { root } from "./root";

/** How long the registry may take, in ms. */
const PATIENCE_MS = 60_000;

/** `npm run audit`: known vulnerabilities of the packages that the app runs with. Does not fail without a network. */
const { stdout } = spawnSync("npm", ["audit", "--json", "--omit=dev"], {
  cwd: root,
  encoding: "utf8",
  timeout: PATIENCE_MS,
  shell: process.platform === "win32",
});
const { failed, text } = verdictOf(stdout ?? "");
console.log(text);
process.exitCode = failed ? 1 : 0;
