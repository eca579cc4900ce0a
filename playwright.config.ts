import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "@playwright/test";
import { CHROMIUM_FLAGS, findChromium } from "./scripts/chromium.mjs";
import { freePort } from "./scripts/postgres";

/**
 * The browser tests: the production build, started as users start it, on a separate embedded Postgres that is recreated
 * for every run. Workers read this file again, so decisions made once are passed through the environment.
 */
const root = import.meta.dirname;
const dataDir = join(root, "test-results", "e2e-instance");
if (!process.env.E2E_PORT) {
  process.env.E2E_PORT = String(await freePort());
  if (existsSync(dataDir)) rmSync(dataDir, { recursive: true });
}
const baseURL = `http://localhost:${process.env.E2E_PORT}`;
process.env.E2E_URL = baseURL;
process.env.E2E_DATA_DIR = dataDir;

/** Files that begin first, so that no worker is left with a minute's work when the other has ended. */
const LONG = ["errands", "users", "alerts", "person"].map((name) => `${name}.spec.ts`);

export default defineConfig({
  testDir: "tests/e2e",
  outputDir: "test-results/e2e",
  forbidOnly: true,
  retries: 1,
  workers: 2,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  projects: [
    { name: "long", testMatch: LONG },
    { name: "others", testIgnore: LONG },
  ],
  reporter: [["list"], ["json", { outputFile: "test-results/e2e.json" }]],
  use: {
    baseURL,
    // Frames of transitions are drawn by the processor; no test is about them.
    contextOptions: { reducedMotion: "reduce" },
    trace: "on-first-retry",
    screenshot: "only-on-failure",
    launchOptions: { executablePath: findChromium() ?? "/usr/bin/chromium", args: CHROMIUM_FLAGS },
  },
  webServer: {
    command: "node scripts/start.mjs",
    url: `${baseURL}/api/health`,
    env: {
      PORT: process.env.E2E_PORT,
      DATA_DIR: dataDir,
      DATABASE_URL: "",
      AUTH_SECRET: "",
      APP_URL: "",
      WEBHOOK_NETWORKS: "127.0.0.0/8",
    },
    stdout: "pipe",
    timeout: 240_000,
    gracefulShutdown: { signal: "SIGTERM", timeout: 20_000 },
  },
});
