/**
 * `npm run lighthouse`: audits the public pages of the production build, started on a database of its own, or of
 * another instance (`-- https://…`). Prints the scores and what costs points; exits with 1 below the goals.
 */
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { audit, CATEGORIES, type Category, type Device } from "./lighthouse/audit";
import { slowdownOf } from "./lighthouse/slowdown";
import { freePort } from "./postgres";
import { root } from "./root";

const GOALS: Record<Category, number> = { performance: 95, accessibility: 100, "best-practices": 100, seo: 100 };
/** The landing page has the prices. */
const PAGES = ["/", "/docs", "/docs/install", "/signup", "/login"];
const START_MS = 240_000;
const POLL_MS = 250;

type Running = { url: string; stop(): Promise<void> };

async function start(): Promise<Running> {
  const dataDir = join(root, "test-results", "lighthouse-instance");
  rmSync(dataDir, { recursive: true, force: true });
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const own = { PORT: String(port), DATA_DIR: dataDir, DATABASE_URL: "", APP_URL: "", EDITION: "hosted" };
  const env: NodeJS.ProcessEnv = { ...process.env, ...own };
  const child = spawn(process.execPath, [join(root, "scripts/start.mjs")], {
    env,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
    rmSync(dataDir, { recursive: true, force: true });
  };
  for (const until = Date.now() + START_MS; Date.now() < until; await sleep(POLL_MS)) {
    if (child.exitCode !== null) break;
    if (
      await fetch(`${url}/api/health`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return { url, stop };
  }
  await stop();
  throw new Error("The instance to audit did not start.");
}

const [given] = process.argv.slice(2);
const running: Running = given ? { url: given.replace(/\/+$/, ""), stop: async () => {} } : await start();
let missed = 0;
try {
  const { index } = await audit(`${running.url}/`, ["seo"]);
  const slowdown = slowdownOf(index);
  console.log(`This machine has a BenchmarkIndex of ${Math.round(index)}: a phone is ${slowdown} times slower.`);
  for (const path of PAGES) {
    for (const device of ["phone", "desktop"] as Device[]) {
      const { scores, faults } = await audit(running.url + path, CATEGORIES, device, slowdown);
      console.log(`${path} on a ${device}: ${CATEGORIES.map((name) => `${name} ${scores[name]}`).join(", ")}`);
      for (const fault of faults) console.log(`  ${fault}`);
      missed += CATEGORIES.filter((name) => (scores[name] ?? 0) < GOALS[name]).length;
    }
  }
} finally {
  await running.stop();
}
if (missed > 0) console.error(`${missed} scores are below the goals: ${JSON.stringify(GOALS)}`);
process.exit(missed > 0 ? 1 : 0);
