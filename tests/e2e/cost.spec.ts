import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { scriptSnippet } from "@/lib/format/snippet";
import { expect, test } from "./fixtures";

/** The longest time, in milliseconds, that our script may block the main thread of a slow phone. */
const TASK_MAX_MS = 10;
/** A mid-range phone compared with this machine. */
const SLOWDOWN = 4;
/** Executing our code, and parsing it. */
const OURS = /^(EvaluateScript|FunctionCall|v8\.compile)$/;

/** `ts` and `dur` are microseconds of the wall clock, `tdur` of processor time: how long the thread itself worked. */
type TraceEvent = {
  name: string;
  tid: number;
  ts: number;
  dur?: number;
  tdur?: number;
  args?: { data?: { url?: string } };
};

/** Everything the browser did during `work`, as its performance panel records it. */
async function traced(page: Page, work: () => Promise<void>): Promise<TraceEvent[]> {
  const session = await page.context().newCDPSession(page);
  const events: TraceEvent[] = [];
  session.on("Tracing.dataCollected", ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  await session.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: { includedCategories: ["devtools.timeline", "disabled-by-default-devtools.timeline", "v8"] },
  });
  await work();
  const complete = new Promise((resolve) => session.once("Tracing.tracingComplete", resolve));
  await session.send("Tracing.end");
  await complete;
  await session.detach();
  return events;
}

const contains = (outer: TraceEvent, inner: TraceEvent): boolean =>
  outer !== inner &&
  outer.tid === inner.tid &&
  outer.ts <= inner.ts &&
  inner.ts + (inner.dur ?? 0) <= outer.ts + (outer.dur ?? 0);

/** For each browser task that ran code from `url`: the processor time of that code, in milliseconds. */
function tasksOf(events: TraceEvent[], url: string): number[] {
  const ours = events.filter(({ name, args }) => OURS.test(name) && args?.data?.url?.startsWith(url));
  const outermost = ours.filter((event) => !ours.some((other) => contains(other, event)));
  const tasks = events.filter(({ name }) => name === "RunTask");
  const times = new Map<TraceEvent, number>();
  for (const event of outermost) {
    const task = tasks.find((each) => contains(each, event)) ?? event;
    times.set(task, (times.get(task) ?? 0) + (event.tdur as number) / 1_000);
  }
  return [...times.values()];
}

/**
 * Measured in processor time, which does not pass while the thread waits for a core, and multiplied: the browser's own
 * throttle keeps the thread busy by the wall clock, so it adds what other programs do to this machine. What remains of
 * them (a cold cache, a core shared by two threads) only ever adds, so of some visits the quickest counts.
 */
const VISITS = 4;

/** What `sample` takes on the machine that SLOWDOWN is about, in milliseconds of its processor. */
const SAMPLE_MS = 22;
/** Memory that `sample` uses for the first time: some virtual machines take ten times as long to map it. */
const SAMPLE_BYTES = 8 * 2 ** 20;

/** How many times slower this processor is than that machine's, at least 1. Measured by the fastest of ten samples. */
function slowness(): number {
  const kept: Buffer[] = [];
  const sample = (): number => {
    kept.push(Buffer.allocUnsafeSlow(SAMPLE_BYTES).fill(1));
    let state = 1;
    for (let step = 0; step < 20_000_000; step++) state = (Math.imul(state, 1_664_525) + step) | 0;
    return state;
  };
  const times = Array.from({ length: 10 }, () => {
    const before = process.cpuUsage();
    if (sample() === 0.5) throw new Error("unreachable: keeps the sum from being left out");
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  });
  return Math.max(1, Math.min(...times) / SAMPLE_MS);
}

test("on a processor four times slower none of our tasks exceeds 10 ms, and nothing on the page shifts", async ({
  project,
  site,
  browser,
}) => {
  const origin = project.origin;
  site.head = scriptSnippet({ clientId: project.write.clientId, origin });
  const longest: number[] = [];
  for (let visit = 0; visit < VISITS; visit++) {
    // A new visitor each time: nothing stored, nothing compiled.
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.addInitScript(() => {
      Object.assign(window, { shift: 0 });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries())
          (window as unknown as { shift: number }).shift += (entry as PerformanceEntry & { value: number }).value;
      }).observe({ type: "layout-shift", buffered: true });
    });
    const events = await traced(page, async () => {
      const sent = () => page.waitForResponse((response) => response.url().endsWith("/api/track"));
      const first = sent();
      await page.goto(site.origin);
      await first;
      const second = sent();
      await page.getByRole("button", { name: "Look around" }).click();
      await second;
    });
    const tasks = tasksOf(events, `${origin}/throughline.js`);
    // Reading the script, starting, the page's view, the click, two batches.
    expect(tasks.length).toBeGreaterThan(3);
    longest.push(SLOWDOWN * Math.max(...tasks));
    expect(await page.evaluate(() => (window as unknown as { shift: number }).shift)).toBe(0);
    await context.close();
  }
  expect(Math.min(...longest) / slowness(), `of ${longest.map((ms) => ms.toFixed(1)).join(", ")} ms`).toBeLessThan(
    TASK_MAX_MS,
  );
});

test("a prerendered page counts as viewed when somebody sees it, once, and not before", async ({
  project,
  site,
  launchOptions,
}) => {
  // Pages under a debugger are never prerendered, so this browser runs without one; the page reports what happens.
  site.head = `${scriptSnippet({ clientId: project.write.clientId, origin: project.origin })}
    <script type="speculationrules">{"prerender":[{"source":"list","urls":["/pricing"],"eagerness":"immediate"}]}</script>
    <script>
      if (document.prerendering) document.addEventListener("prerenderingchange", () => op.track("shown"), { once: true });
      if (location.pathname === "/") setTimeout(() => location.assign("/pricing"), 4000);
    </script>`;
  const paths = async () => {
    const [person] = await project.profiles();
    return person ? (await project.events(person.ref)).map(({ name, path }) => `${name} ${path}`) : [];
  };
  const folder = await mkdtemp(join(tmpdir(), "throughline-browser-"));
  const flags = [...(launchOptions.args ?? []), "--headless=new", `--user-data-dir=${folder}`, site.origin];
  // Debian's command is a shell script that does not pass signals on: a group of its own can be ended whole.
  const browser = spawn(launchOptions.executablePath as string, flags, { stdio: "ignore", detached: true });
  try {
    await expect.poll(paths, { timeout: 20_000 }).toEqual(["screen_view /"]);
    await expect
      .poll(async () => (await paths()).slice(1).sort(), { timeout: 20_000 })
      .toEqual(["screen_view /pricing", "shown /pricing"]);
  } finally {
    const gone = once(browser, "exit");
    process.kill(-(browser.pid as number));
    await gone;
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
});
