/**
 * The way into every command of package.json but `start`, `dev` and `test`, which prepare themselves: on a fresh clone
 * it installs the dependencies and generates the Prisma client first. Plain Node without dependencies; its own messages
 * go to standard error. `node scripts/tool.mjs admin …` runs scripts/admin.ts, a path with a slash that file, `vitest`
 * the package.
 */
import { spawn } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { installIfStale, requireNode } from "./install.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [name = "", ...args] = process.argv.slice(2);
const PACKAGES = { vitest: "vitest/vitest.mjs", playwright: "@playwright/test/cli.js" };
/** Only operator commands read .env: tests and benchmarks must not write to its database. */
const isOperators = !name.includes("/") && !Object.hasOwn(PACKAGES, name);

try {
  requireNode();
  process.chdir(root);
  if (isOperators && existsSync(".env")) process.loadEnvFile?.(".env");
  await installIfStale();
  if (isOlder("lib/db/generated/client.ts", "prisma/schema.prisma")) {
    const code = await run([join("scripts", "generate.mjs")]);
    if (code !== 0) process.exit(code);
  }
  // Before the test configuration looks for it.
  if (["playwright", "screenshots", "pictures", "lighthouse"].includes(name))
    await (await import("./chromium.mjs")).ensureChromium();
  process.exitCode = await run([...programOf(name), ...args]);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

/** Arguments for node. */
function programOf(given) {
  if (Object.hasOwn(PACKAGES, given)) return [join("node_modules", PACKAGES[given])];
  if (given.endsWith(".mjs")) return [given];
  return ["--import", "tsx", given.includes("/") ? given : join("scripts", `${given}.ts`)];
}

function isOlder(made, source) {
  return !existsSync(made) || statSync(made).mtimeMs < statSync(source).mtimeMs;
}

/**
 * Runs node with these arguments and returns its exit code. Forwards our signals, so that it can clean
 * up.
 */
async function run(argv) {
  const child = spawn(process.execPath, argv, { stdio: "inherit" });
  const handOn = (signal) => child.kill(signal);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, handOn);
  return await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
}
