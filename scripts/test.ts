import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ensureChromium } from "./chromium.mjs";
import { isAlive } from "./lock.mjs";
import { ensureProxies } from "./proxies.mjs";
import { root } from "./root";
import { type Count, countPlaywright, countVitest, one } from "./test-count";

/**
 * Everything `npm test` proves, a step each: its output goes to test-results/<step>.log, its verdict to one line here,
 * and the last line is `N passed, N failed` over all of it. Two lanes run beside each other, as there are two cores; what
 * needs nothing but a core is done by whichever lane is free first.
 */
const STEP_LIMIT_MS = 20 * 60_000;
/** Lines of a failed step's log that are worth showing. */
const TAIL_LINES = 80;

type Step = { name: string; args: string[]; count?: (exitCode: number | null) => Count; limitMs?: number };

const results = join(root, "test-results");
const bin = (name: string, ...path: string[]) => join(root, "node_modules", name, ...path);
const tsx = ["--import", "tsx"];

const vitest = (name: string): Step => {
  const report = join(results, `${name}.json`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  return {
    name,
    args: [bin("vitest", "vitest.mjs"), "run", "--project", name, "--no-color", ...reporters],
    count: (exitCode) => countVitest(report, exitCode),
  };
};

const generate: Step = { name: "generate", args: ["scripts/generate.mjs"] };
const types: Step = { name: "types", args: [bin("typescript", "bin", "tsc"), "--noEmit", "-p", "."] };
const lint: Step = { name: "lint", args: [bin("@biomejs/biome", "bin", "biome"), "check", "--error-on-warnings"] };
const drift: Step = { name: "drift", args: [...tsx, "scripts/drift.ts"] };
const build: Step = { name: "build", args: ["scripts/build.mjs", "--if-stale"] };
const e2e: Step = {
  name: "e2e",
  args: [bin("@playwright/test", "cli.js"), "test"],
  count: (exitCode) => countPlaywright(join(results, "e2e.json"), exitCode),
};

const total: Count = { passed: 0, failed: 0 };
const failures: string[] = [];
const started = Date.now();
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

const browser = ensureChromium().then(
  () => null,
  (error: Error) => error,
);
await run(generate);
const anywhere = [vitest("unit"), drift];
await Promise.all([lane([types, lint, vitest("db")]).then(help), buildLane().then(help)]);

for (const name of failures)
  console.log(`\n── ${name} failed: the end of test-results/${name}.log ──\n${tailOf(name)}`);
console.log(`\nTook ${seconds(started)} s. Logs are in test-results/.`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 ? 0 : 1);

async function lane(steps: Step[]): Promise<void> {
  for (const step of steps) await run(step);
}

/** Takes from what is left until nothing is. */
async function help(): Promise<void> {
  for (let step = anywhere.shift(); step; step = anywhere.shift()) await run(step);
}

/** What needs the production build; without it these tests cannot run, which is a failure of theirs too. */
async function buildLane(): Promise<void> {
  const built = await run(build);
  const noBrowser = await browser;
  try {
    ensureProxies();
  } catch (error) {
    // Their tests then fail, and say so too.
    console.log(`! ${(error as Error).message}`);
  }
  if (!built) {
    settle("e2e", { passed: 0, failed: 1, note: "there is no build to test" }, started);
    settle("ops", { passed: 0, failed: 1, note: "there is no build to test" }, started);
    return;
  }
  if (noBrowser) settle("e2e", { passed: 0, failed: 1, note: noBrowser.message }, started);
  else await run(e2e);
  await run(vitest("ops"));
}

/** Runs one step in a process group of its own; resolves to whether all of it passed. */
async function run(step: Step): Promise<boolean> {
  const begun = Date.now();
  const output = openSync(join(results, `${step.name}.log`), "w");
  const child = spawn(process.execPath, step.args, {
    cwd: root,
    detached: true,
    stdio: ["ignore", output, output],
    env: environment(),
  });
  let late = false;
  const limit = setTimeout(() => {
    late = true;
    killGroup(child.pid);
  }, step.limitMs ?? STEP_LIMIT_MS);
  const forward = () => killGroup(child.pid);
  process.once("SIGINT", forward).once("SIGTERM", forward);
  const exitCode = await new Promise<number | null>((resolve) => {
    child.once("error", () => resolve(1));
    child.once("close", resolve);
  });
  process.off("SIGINT", forward).off("SIGTERM", forward);
  clearTimeout(limit);
  closeSync(output);
  const counted = step.count ? step.count(exitCode) : one(exitCode === 0);
  const count = late ? { ...counted, failed: counted.failed + 1, note: "it took too long and was stopped" } : counted;
  return settle(step.name, count, begun);
}

function settle(name: string, count: Count, begun: number): boolean {
  total.passed += count.passed;
  total.failed += count.failed;
  const passed = count.failed === 0;
  if (!passed) failures.push(name);
  const verdict = `${count.passed} passed${passed ? "" : `, ${count.failed} failed`}`;
  console.log(
    `${passed ? "✓" : "✗"} ${name.padEnd(9)} ${verdict}  ${seconds(begun)} s${count.note ? `  (${count.note})` : ""}`,
  );
  return passed;
}

/** Without what would point the tests at somebody's own instance or database. */
function environment(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, NEXT_TELEMETRY_DISABLED: "1", FORCE_COLOR: "0" };
  for (const name of [
    "DATABASE_URL",
    "AUTH_SECRET",
    "DATA_DIR",
    "PORT",
    "HOST",
    "APP_URL",
    "NODE_ENV",
    "NEXT_DIST_DIR",
  ]) {
    Reflect.deleteProperty(env, name);
  }
  return env;
}

function killGroup(pid: number | undefined): void {
  if (pid && isAlive(pid)) process.kill(-pid, "SIGTERM");
}

function tailOf(name: string): string {
  const log = join(results, `${name}.log`);
  return existsSync(log) ? readFileSync(log, "utf8").trimEnd().split("\n").slice(-TAIL_LINES).join("\n") : "";
}

function seconds(since: number): string {
  return ((Date.now() - since) / 1000).toFixed(1);
}
