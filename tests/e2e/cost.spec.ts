import type { Page } from "@playwright/test";
import { chromium } from "@playwright/test";
import { scriptSnippet } from "@/lib/format/snippet";
import { expect, test } from "./fixtures";
import { browse, logIn } from "./walk";

/** What a page may notice of us: the longest stretch, in milliseconds, that our script holds the main thread of a slow phone. */
const TASK_MAX_MS = 10;
/** A mid-range phone against this machine. */
const SLOWDOWN = 4;

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

test("on a processor four times slower no task of ours is above 10 ms, and nothing on the page moves", async ({
  project,
  site,
  visitor: { page },
}) => {
  const origin = project.origin;
  site.head = scriptSnippet({ clientId: project.write.clientId, origin });
  await page.addInitScript(() => {
    Object.assign(window, { shift: 0 });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries())
        (window as unknown as { shift: number }).shift += (entry as PerformanceEntry & { value: number }).value;
    }).observe({ type: "layout-shift", buffered: true });
  });
  let shift = 0;
  const events = await traced(page, async () => {
    await browse(page, site);
    shift += await page.evaluate(() => (window as unknown as { shift: number }).shift);
    await logIn(page);
    await page.waitForTimeout(2_500);
    shift += await page.evaluate(() => (window as unknown as { shift: number }).shift);
  });
  const ours = events.filter(
    ({ name, args }) =>
      /^(EvaluateScript|FunctionCall|v8\.compile)$/.test(name) &&
      args?.data?.url?.startsWith(`${origin}/throughline.js`),
  );
  const durations = ours.map(({ tdur, dur }) => (tdur ?? dur ?? 0) / 1_000).sort((a, b) => b - a);
  expect(ours.length).toBeGreaterThan(10);
  expect(durations[0]).toBeLessThan(TASK_MAX_MS);
  expect(shift).toBe(0);
});

test("a page the browser prepares in advance is viewed when somebody sees it, once, and not before", async ({
  project,
  site,
  launchOptions,
}) => {
  site.head = `${scriptSnippet({ clientId: project.write.clientId, origin: project.origin })}
    <script type="speculationrules">{"prerender":[{"source":"list","urls":["/pricing"],"eagerness":"immediate"}]}</script>
    <script>if (document.prerendering) document.addEventListener("prerenderingchange", () => op.track("shown"), { once: true });</script>`;
  const paths = async () => {
    const [person] = await project.profiles();
    return person ? (await project.events(person.ref)).map(({ name, path }) => `${name} ${path}`) : [];
  };
  const browser = await chromium.launch({
    ...launchOptions,
    ignoreDefaultArgs: ["--disable-features", "--disable-back-forward-cache"],
  });
  try {
    const page = await browser.newPage();
    let prepared = 0;
    page.context().on("request", (request) => {
      if (request.url() === `${site.origin}/pricing`) prepared += 1;
    });
    await page.goto(site.origin);
    await expect.poll(paths).toEqual(["screen_view /"]);
    await page.waitForTimeout(1_000);
    expect(await paths()).toEqual(["screen_view /"]);
    await page.evaluate(() => void setTimeout(() => location.assign("/pricing")));
    // The page itself says that it was prepared: without that this would prove nothing.
    await expect.poll(async () => (await paths()).slice(1).sort()).toEqual(["screen_view /pricing", "shown /pricing"]);
  } finally {
    await browser.close();
  }
});
