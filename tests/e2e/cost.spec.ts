import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { scriptSnippet } from "@/lib/format/snippet";
import { expect, test } from "./fixtures";

/** What a page may notice of us: the longest stretch, in milliseconds, that our script holds the main thread of a slow phone. */
const TASK_MAX_MS = 10;
/** A mid-range phone against this machine. */
const SLOWDOWN = 4;
const KINDS = /^(EvaluateScript|FunctionCall|v8\.compile)$/;

type TraceEvent = { name: string; dur?: number; tdur?: number; args?: { data?: { url?: string } } };

/** Everything the browser did during `work`, as its performance panel records it. */
async function traced(page: Page, work: () => Promise<void>): Promise<TraceEvent[]> {
  const session = await page.context().newCDPSession(page);
  const events: TraceEvent[] = [];
  session.on("Tracing.dataCollected", ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWDOWN });
  await session.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: { includedCategories: ["devtools.timeline", "v8"] },
  });
  await work();
  const complete = new Promise((resolve) => session.once("Tracing.tracingComplete", resolve));
  await session.send("Tracing.end");
  await complete;
  return events;
}

/**
 * Other work on this machine only ever adds, so the quickest of several visits is what the script itself takes: the
 * other tests keep both cores busy, so it may take a while until one visit has a core to itself.
 */
const MAX_VISITS = 24;

test("on a processor four times slower no task of ours is above 10 ms, and nothing on the page moves", async ({
  project,
  site,
  visitor: { page },
}) => {
  const origin = project.origin;
  site.head = scriptSnippet({ clientId: project.write.clientId, origin });
  test.slow();
  await page.addInitScript(() => {
    Object.assign(window, { shift: 0 });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries())
        (window as unknown as { shift: number }).shift += (entry as PerformanceEntry & { value: number }).value;
    }).observe({ type: "layout-shift", buffered: true });
  });
  const longest: number[] = [];
  while (longest.length < MAX_VISITS && !longest.some((ms) => ms < TASK_MAX_MS)) {
    const events = await traced(page, async () => {
      await page.goto(site.origin);
      await page.getByRole("button", { name: "Look around" }).click();
      await page.waitForTimeout(2_500);
    });
    const durations = events
      .filter(({ name, args }) => KINDS.test(name) && args?.data?.url?.startsWith(`${origin}/throughline.js`))
      .map(({ tdur, dur }) => (tdur ?? dur ?? 0) / 1_000);
    expect(durations.length).toBeGreaterThan(3);
    longest.push(Math.max(...durations));
    expect(await page.evaluate(() => (window as unknown as { shift: number }).shift)).toBe(0);
  }
  expect(Math.min(...longest), `of ${longest.map((ms) => ms.toFixed(1)).join(", ")} ms`).toBeLessThan(TASK_MAX_MS);
});

test("a page the browser prepares in advance is viewed when somebody sees it, once, and not before", async ({
  project,
  site,
  launchOptions,
}) => {
  // Pages that a debugger looks at are never prepared, so this browser runs by itself; the page says what happens to it.
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
  const browser = spawn(launchOptions.executablePath as string, flags, { stdio: "ignore" });
  try {
    await expect.poll(paths, { timeout: 20_000 }).toEqual(["screen_view /"]);
    await expect
      .poll(async () => (await paths()).slice(1).sort(), { timeout: 20_000 })
      .toEqual(["screen_view /pricing", "shown /pricing"]);
  } finally {
    const gone = once(browser, "exit");
    browser.kill();
    await gone;
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
});
