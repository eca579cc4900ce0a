import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { isAlive } from "./lock.mjs";
import { root } from "./root";
import { countVitest, singleCheck, type TestCount } from "./test-count";

/** The steps of `npm test` and `npm run check`: each writes test-results/<step>.log and one line here. */

/** On a machine half as fast as usual, database and browser tests take 25 minutes. */
const STEP_LIMIT_MS = 50 * 60_000;
/** Maximum lines shown of a failed step's log. */
const TAIL_LINES = 80;

export type TestStep = {
  name: string;
  args: string[];
  env?: Record<string, string>;
  /** The folder of the Node that it and its children run on; by default this one's. */
  nodeBin?: string;
  count?: (exitCode: number | null) => TestCount;
  limitMs?: number;
};

export const resultsFolder = join(root, "test-results");
export const packageFile = (name: string, ...path: string[]) => join(root, "node_modules", name, ...path);
export const tsx = ["--import", "tsx"];

/** A project of vitest.config.ts, with `more` on its command line. */
export const vitest = (project: string, ...more: string[]): TestStep => vitestStep(project, project, more);

/** The same in `count` parts, by file, each a step. */
export const vitestParts = (name: string, project: string, count: number, ...more: string[]): TestStep[] =>
  Array.from({ length: count }, (_, i) =>
    vitestStep(`${name}-${i + 1}`, project, [`--shard=${i + 1}/${count}`, ...more]),
  );

/** A part of a project, with a name of its own. */
export function vitestStep(name: string, project: string, more: readonly string[]): TestStep {
  const report = join(resultsFolder, `${name}.json`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  return {
    name,
    args: [packageFile("vitest", "vitest.mjs"), "run", "--project", project, "--no-color", ...reporters, ...more],
    count: (exitCode) => countVitest(report, exitCode),
  };
}

/** The unit tests, with two workers: by default one, on a machine of two cores. */
export const unit = (...more: string[]): TestStep => vitest("unit", "--maxWorkers=2", ...more);

export const generate: TestStep = { name: "generate", args: ["scripts/generate.mjs"] };
/**
 * The compiler with one checker, which collects no garbage below 3 GiB (it takes 1.7): of four, the default, each works
 * out again the types they share, in twice the processor time, and other steps have the other core.
 */
const typesOf = (configuration: string): TestStep => ({
  name: "types",
  args: [packageFile("typescript", "bin", "tsc"), "-p", configuration, "--checkers", "1"],
  env: { GOGC: "off", GOMEMLIMIT: "3GiB" },
});
/** Excludes .next, which may be another version's, or may be written by the other lane. */
export const types = typesOf("tsconfig.check.json");
/** After the build, which writes the types that pages and routes must have. */
export const typesOfRoutes = typesOf("tsconfig.json");
export const lint: TestStep = {
  name: "lint",
  args: [packageFile("@biomejs/biome", "bin", "biome"), "check", "--error-on-warnings"],
};
const total: TestCount = { passed: 0, failed: 0 };
const failures: string[] = [];

/** Prints failed steps and the totals, then exits. */
export function reportAndExit(started: number): never {
  for (const name of failures)
    console.log(`\n── ${name} failed: the end of test-results/${name}.log ──\n${tailOf(name)}`);
  console.log(`\nTook ${seconds(started)} s. Logs are in test-results/.`);
  console.log(`${total.passed} passed, ${total.failed} failed`);
  process.exit(total.failed === 0 ? 0 : 1);
}

/** Runs a step in its own process group; resolves to whether it passed. */
export async function runStep(step: TestStep): Promise<boolean> {
  const startedAt = Date.now();
  mkdirSync(resultsFolder, { recursive: true });
  const output = openSync(join(resultsFolder, `${step.name}.log`), "w");
  const child = spawn(step.nodeBin ? join(step.nodeBin, "node") : process.execPath, step.args, {
    cwd: root,
    detached: true,
    stdio: ["ignore", output, output],
    env: { ...environment(step.nodeBin), ...step.env },
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
  const counted = step.count ? step.count(exitCode) : singleCheck(exitCode === 0);
  const count = late ? { ...counted, failed: counted.failed + 1, note: "it took too long and was stopped" } : counted;
  return reportStep(step.name, count, startedAt);
}

export function reportStep(name: string, count: TestCount, startedAt: number): boolean {
  total.passed += count.passed;
  total.failed += count.failed;
  const passed = count.failed === 0;
  if (!passed) failures.push(name);
  const verdict = `${count.passed} passed${passed ? "" : `, ${count.failed} failed`}`;
  console.log(
    `${passed ? "✓" : "✗"} ${name.padEnd(9)} ${verdict}  ${seconds(startedAt)} s${count.note ? `  (${count.note})` : ""}`,
  );
  return passed;
}

/** Removes variables that would point the tests at a real instance or database. */
function environment(nodeBin?: string): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, NEXT_TELEMETRY_DISABLED: "1", FORCE_COLOR: "0" };
  if (nodeBin) env.PATH = `${nodeBin}${delimiter}${env.PATH ?? ""}`;
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
  const log = join(resultsFolder, `${name}.log`);
  return existsSync(log) ? readFileSync(log, "utf8").trimEnd().split("\n").slice(-TAIL_LINES).join("\n") : "";
}

function seconds(since: number): string {
  return ((Date.now() - since) / 1000).toFixed(1);
}
