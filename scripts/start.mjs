/**
 * `npm start` and `npm run dev`: from a fresh clone to a running Throughline. Plain Node without dependencies, because
 * it installs them. Configured by PORT, DATABASE_URL, DATA_DIR, AUTH_SECRET, … (.env.example), also from a file .env.
 */
import { existsSync } from "node:fs";
import module from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { installIfStale, requireNode } from "./install.mjs";
import { readPort, requireFree } from "./port.mjs";
import { sentence } from "./sentence.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dev = process.argv.includes("--dev");

try {
  requireNode();
  process.chdir(root);
  if (existsSync(".env")) process.loadEnvFile?.(".env");
  await requireFree(readPort(process.env.PORT), process.env.HOST || undefined);
  await installIfStale();
  const { buildIfStale, buildForDevelopment } = await import("./build.mjs");
  process.env.NODE_ENV = dev ? "development" : "production";
  process.env.NEXT_TELEMETRY_DISABLED ??= "1";
  if (dev) await buildForDevelopment(root);
  else await buildIfStale(root);
  // Compiled code is kept for the next start, of the processes started here too (docs/decisions/0146-faster-starts.md).
  process.env.NODE_COMPILE_CACHE ??= join(root, ".next", "compiled");
  module.enableCompileCache?.(); // from Node 22 on
} catch (error) {
  console.error(sentence(error));
  process.exit(1);
}
await import(pathToFileURL(join(root, dev ? "dist/dev/run.js" : "dist/run.js")).href);
