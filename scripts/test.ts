import { rmSync } from "node:fs";
import { join } from "node:path";
import { ensureChromium } from "./chromium.mjs";
import { newerNode } from "./newer-node";
import { ensureProxies } from "./proxies.mjs";
import {
  generate,
  lint,
  packageFile,
  reportAndExit,
  reportStep,
  resultsFolder,
  runStep,
  type TestStep,
  tsx,
  typesOfRoutes,
  unit,
  vitest,
  vitestParts,
  vitestStep,
} from "./steps";
import { countPlaywright } from "./test-count";

/**
 * Everything `npm test` checks, one step each: its output goes to test-results/<step>.log, its verdict to one line
 * here, and the last line is `N passed, N failed` over all of it. The two long lanes, database and browser, wait for
 * Postgres and pages a third of their time. What only needs a core runs beside them once the build is done, for which
 * the browser lane, the longest, waits. Process tests wait even more, for starts and timers: all three lanes run them
 * once one of the long ones has ended.
 */
const newer = await newerNode();
/**
 * Runs a step on the recommended Node. Some process tests cover the oldest supported one, and the compiler refuses what
 * it lacks (lib es2023, @types/node 20).
 */
const onNewer = (step: TestStep): TestStep => (newer ? { ...step, nodeBin: newer.bin } : step);
/** With two workers, as one would wait for timers and Postgres half the time. */
const db = onNewer(vitest("db", "--project", "db-mocked", "--maxWorkers=2"));
const drift: TestStep = { name: "drift", args: [...tsx, "scripts/drift.ts"] };
const processTest = (name: string): string => `tests/ops/${name}.test.ts`;
/** What the oldest supported Node could break, and the machine's Node therefore runs. */
const START = [processTest("start")];
const FAULTS = ["faults", "workers", "https"].map(processTest);
/** Vitest adds these to the default list of excluded files, so `ops` must not have one of its own. */
const theOthers = [...START, ...FAULTS].map((file) => `--exclude=${file}`);
/** In parts of about a minute, the longest first, so that the lanes end at about the same time. */
const faults = vitestParts("faults", "ops", 2, ...FAULTS);
const others = vitestParts("ops", "ops", 4, ...theOthers).map(onNewer);
const ops = [vitestStep("start", "ops", START), ...others.flatMap((step, i) => [step, ...faults.slice(i, i + 1)])];
/** What the database tests made the product run (docs/decisions/0113-one-project-a-statement.md). */
const statements: TestStep = { name: "statements", args: [...tsx, "scripts/statements.ts", "--all"] };
const build: TestStep = { name: "build", args: ["scripts/build.mjs", "--if-stale"] };
const e2e: TestStep = onNewer({
  name: "e2e",
  args: [packageFile("@playwright/test", "cli.js"), "test"],
  count: (exitCode) => countPlaywright(join(resultsFolder, "e2e.json"), exitCode),
});

const started = Date.now();
rmSync(resultsFolder, { recursive: true, force: true });

if (newer)
  console.log(`Most tests run on Node ${newer.version}, those of starting and faults on ${process.versions.node}.`);
const browser = ensureChromium().then(
  () => null,
  (error: Error) => error,
);
await runStep(generate);
/** Process tests that no lane has taken yet. */
const untaken: TestStep[] = [];
const built = runStep(build);
const long = [lane([db, statements]), built.then(browserLane)];
await Promise.all([
  ...long.map((ended) => ended.then(help)),
  built
    .then(() => lane([typesOfRoutes, lint, onNewer(unit()), drift]))
    .then(() => Promise.race(long))
    .then(help),
]);

reportAndExit(started);

async function lane(steps: TestStep[]): Promise<void> {
  for (const step of steps) await runStep(step);
}

/** Takes steps from the rest until none is left. */
async function help(): Promise<void> {
  for (let step = untaken.shift(); step; step = untaken.shift()) await runStep(step);
}

/** Steps that need the production build; without it these tests cannot run, which counts as their failure too. */
async function browserLane(isBuilt: boolean): Promise<void> {
  const noBrowser = await browser;
  try {
    ensureProxies();
  } catch (error) {
    // Their tests then fail, and report it too.
    console.log(`! ${(error as Error).message}`);
  }
  if (!isBuilt) {
    reportStep("e2e", { passed: 0, failed: 1, note: "there is no build to test" }, started);
    reportStep("ops", { passed: 0, failed: 1, note: "there is no build to test" }, started);
    return;
  }
  untaken.push(...ops);
  if (noBrowser) reportStep("e2e", { passed: 0, failed: 1, note: noBrowser.message }, started);
  else await runStep(e2e);
}
