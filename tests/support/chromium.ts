import { type Browser, chromium } from "@playwright/test";
import { CHROMIUM_FLAGS, findChromium } from "../../scripts/chromium.mjs";

/** A browser for tests that Playwright does not run. */
export const launchChromium = (...more: string[]): Promise<Browser> =>
  chromium.launch({ executablePath: findChromium() ?? "/usr/bin/chromium", args: [...CHROMIUM_FLAGS, ...more] });
