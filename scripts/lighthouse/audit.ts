import lighthouse, { desktopConfig } from "lighthouse";
import { launchBrowser } from "../demo-screens";
import { freePort } from "../postgres";
import { DEFAULT_SLOWDOWN } from "./slowdown";

export const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"] as const;
export type Category = (typeof CATEGORIES)[number];
export type Device = "phone" | "desktop";
/** `scores`: 0 to 100. `faults`: what costs points, in words. `index`: how fast this machine is; see slowdownOf. */
export type Audit = { scores: Partial<Record<Category, number>>; faults: string[]; index: number };

/** Runs Lighthouse in a browser of its own, as Chrome's developer tools do. */
export async function audit(
  url: string,
  categories: readonly Category[],
  device: Device = "phone",
  slowdown: number = DEFAULT_SLOWDOWN,
): Promise<Audit> {
  const port = await freePort();
  const browser = await launchBrowser([`--remote-debugging-port=${port}`]);
  try {
    const flags = { port, onlyCategories: [...categories], logLevel: "silent" as const };
    const phone = { extends: "lighthouse:default", settings: { throttling: { cpuSlowdownMultiplier: slowdown } } };
    const result = await lighthouse(url, flags, device === "desktop" ? desktopConfig : phone);
    if (!result) throw new Error(`Lighthouse returned no result for ${url}.`);
    return readReport(result.lhr, categories);
  } finally {
    await browser.close();
  }
}

type Report = NonNullable<Awaited<ReturnType<typeof lighthouse>>>["lhr"];

function readReport({ categories, audits, runtimeError, environment }: Report, wanted: readonly Category[]): Audit {
  if (runtimeError) throw new Error(`Lighthouse: ${runtimeError.message}`);
  const scores: Audit["scores"] = {};
  const faults: string[] = [];
  for (const name of wanted) {
    const found = categories[name];
    scores[name] = Math.round((found?.score ?? 0) * 100);
    for (const { id, weight } of found?.auditRefs ?? []) {
      const one = audits[id];
      if (one && weight > 0 && one.score !== null && one.score < 1)
        faults.push(`${name}: ${one.title}${one.displayValue ? ` (${one.displayValue})` : ""}`);
    }
  }
  return { scores, faults, index: environment.benchmarkIndex };
}
