import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vitest/config";

const root = import.meta.dirname;

const NOT_DB = ["tests/architecture.test.ts", "tests/patterns.test.ts", "tests/e2e/**", "tests/ops/**"];
const db = {
  // Actions and pages run without a server, in the browser of tests/support/browser.ts.
  alias: {
    "next/headers": join(root, "tests/support/next-headers.ts"),
    "next/cache": join(root, "tests/support/next-cache.ts"),
    "@node-rs/argon2": join(root, "tests/support/argon2.ts"),
  },
  globalSetup: "tests/support/postgres.ts",
  setupFiles: "tests/support/database.ts",
  // Twice what the longest test without a limit of its own takes on a machine half as fast.
  testTimeout: 180_000,
  hookTimeout: 180_000,
  // Requests, jobs and timers race on two shared cores; `npm test` names how many tests needed it (decision 18).
  retry: 1,
};
/** Database tests that replace a module: each needs a module cache of its own. */
const mocking = readdirSync(join(root, "tests"), { recursive: true, encoding: "utf8" })
  .map((path) => `tests/${path.replaceAll("\\", "/")}`)
  .filter((path) => path.endsWith(".test.ts") && /^vi\.(mock|doMock)\(/m.test(readFileSync(join(root, path), "utf8")));

/**
 * Three suites: `unit` needs nothing, `db` a Postgres (started here, one database per test file), `ops` real processes.
 */
export default defineConfig({
  resolve: {
    alias: {
      "@": root,
      "server-only": join(root, "node_modules/next/dist/compiled/server-only/empty.js"),
    },
  },
  test: {
    allowOnly: false,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: [
            "{lib,components,sdk,app,scripts,bench}/**/*.test.{ts,tsx}",
            "tests/architecture.test.ts",
            "tests/patterns.test.ts",
          ],
          setupFiles: "tests/support/unit.ts",
          // Half the CPU time: the modules are loaded once per worker. A test that replaces one cannot be a unit test.
          isolate: false,
          // A generated test takes a second on an idle machine, and ten on a busy one.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          ...db,
          name: "db",
          include: ["tests/**/*.test.ts"],
          exclude: [...NOT_DB, ...mocking],
          // A third less CPU time: the application is loaded once per worker, not once per file.
          isolate: false,
        },
      },
      { extends: true, test: { ...db, name: "db-mocked", include: mocking, exclude: NOT_DB } },
      {
        extends: true,
        test: {
          name: "ops",
          include: ["tests/ops/**/*.test.ts"],
          globalSetup: "tests/ops/prepared.ts",
          setupFiles: "tests/support/ops.ts",
          fileParallelism: false,
          isolate: false,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
