import { existsSync, readFileSync } from "node:fs";

/** The result of one step. A step that does not consist of tests (types, lint, …) counts as one. */
export type TestCount = { passed: number; failed: number; note?: string };

/** One check, passed or not. */
export const singleCheck = (passed: boolean): TestCount =>
  passed ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };

type VitestReport = {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { status: string; assertionResults: { status: string; failureMessages: string[] }[] }[];
};

/**
 * Tests of a vitest JSON report. A file that did not load, a skipped test and a report without tests count as failed. A
 * test that only passed at its second attempt, as database tests may, passed, and is mentioned.
 */
export function countVitest(file: string, exitCode: number | null): TestCount {
  const report = read<VitestReport>(file);
  if (!report) return { passed: 0, failed: 1, note: "it ended before it could report" };
  const broken = report.testResults.filter((it) => it.status === "failed" && it.assertionResults.length === 0).length;
  const skipped = report.numPendingTests + report.numTodoTests;
  const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const flaky = tests.filter(({ status, failureMessages }) => status === "passed" && failureMessages.length > 0).length;
  return mention(flaky, judge(report.numPassedTests, report.numFailedTests + broken, skipped, exitCode));
}

const mention = (flaky: number, count: TestCount): TestCount =>
  flaky > 0 && !count.note ? { ...count, note: `${flaky} at the second attempt` } : count;

type PlaywrightReport = {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number };
  errors: unknown[];
};

/**
 * Tests of a Playwright JSON report, by the same rules. A test that only passed at its second attempt passed, and is
 * mentioned: we cannot vouch for a browser on two shared cores, but a growing number is a warning.
 */
export function countPlaywright(file: string, exitCode: number | null): TestCount {
  const report = read<PlaywrightReport>(file);
  if (!report) return { passed: 0, failed: 1, note: "it ended before it could report" };
  const { expected, unexpected, flaky, skipped } = report.stats;
  return mention(flaky, judge(expected + flaky, unexpected, skipped, exitCode));
}

function judge(passed: number, failed: number, skipped: number, exitCode: number | null): TestCount {
  if (skipped > 0) return { passed, failed: failed + skipped, note: `${skipped} skipped, which counts as failed` };
  if (passed + failed === 0) return { passed, failed: 1, note: "it ran no test at all" };
  if (failed === 0 && exitCode !== 0) return { passed, failed: 1, note: `it ended with exit code ${exitCode}` };
  return { passed, failed };
}

function read<T>(file: string): T | null {
  if (!existsSync(file)) return null;
  try {
    return JSON.parse(readFileSync(file, "utf8")) as T;
  } catch {
    return null;
  }
}
