/**
 * The way into a command written in TypeScript: `node scripts/tool.mjs admin …` runs scripts/admin.ts. Plain Node
 * without dependencies, because on a fresh clone it installs them first; what it says goes to standard error.
 */
import { spawn } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { installIfStale, requireNode } from "./install.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [name = "", ...args] = process.argv.slice(2);

try {
  requireNode();
  process.chdir(root);
  if (existsSync(".env")) process.loadEnvFile?.(".env");
  await installIfStale();
  if (isOlder("lib/db/generated/client.ts", "prisma/schema.prisma")) await run([join("scripts", "generate.mjs")]);
  process.exitCode = await run(["--import", "tsx", join("scripts", `${name}.ts`), ...args]);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

function isOlder(made, source) {
  return !existsSync(made) || statSync(made).mtimeMs < statSync(source).mtimeMs;
}

/** Runs node with these arguments and answers its exit code. Signals meant for us are handed on, so that it can clean up. */
async function run(argv) {
  const child = spawn(process.execPath, argv, { stdio: "inherit" });
  const handOn = (signal) => child.kill(signal);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, handOn);
  return await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
}
