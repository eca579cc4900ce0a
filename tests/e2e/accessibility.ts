import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type Page } from "@playwright/test";
import axe from "axe-core";
import { root } from "../../scripts/root";

/** Minified: half the text to parse in each document. */
const SOURCE = readFileSync(join(root, "node_modules", "axe-core", "axe.min.js"), "utf8");

/** The only axe rules a theme affects; the others give the same result in light and dark. */
const COLOUR_RULES = ["color-contrast", "link-in-text-block"];

type Rule = { id: string; impact: string; enabled: boolean; tags: string[] };

/**
 * What axe runs by default, without the rules whose violations are minor or moderate: no test fails for them. A rule
 * has one impact for everything it finds; axe's public interface does not expose it.
 */
const SERIOUS_RULES = (axe as unknown as { _audit: { rules: Rule[] } })._audit.rules
  .filter(({ enabled, tags }) => enabled && !tags.includes("experimental") && !tags.includes("deprecated"))
  .filter(({ impact }) => impact === "serious" || impact === "critical")
  .map(({ id }) => id);

type Theme = "light" | "dark";

/** Sets the theme. Transitions are off, so that no colour is measured half way. */
async function setTheme(page: Page, theme: Theme): Promise<void> {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
}

/**
 * Fails if axe finds anything serious or critical on the current page, in light and dark: by every rule in the
 * current theme, by the colour rules in the other one, which stays set.
 */
export async function expectAccessible(page: Page, screen: string): Promise<void> {
  const theme = await expectAccessibleInOneTheme(page, screen);
  const other = theme === "light" ? "dark" : "light";
  await setTheme(page, other);
  await expect.poll(() => currentTheme(page)).toBe(other);
  await expectNothingSerious(page, `${screen}, ${other}`, COLOUR_RULES);
}

/**
 * The same on a phone, in the current theme, and that the page does not scroll sideways. For a page that passed in both
 * themes: it is not loaded again, as only style sheets and charts ask how wide the window is. Restores its width.
 */
export async function expectFitsPhone(page: Page, screen: string): Promise<void> {
  const wide = page.viewportSize();
  await page.setViewportSize({ width: 390, height: 844 });
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  await expect.poll(overflow, `pixels by which ${screen} is too wide for a phone`).toBe(0);
  await expectAccessibleInOneTheme(page, `${screen}, on a phone`);
  if (wide) await page.setViewportSize(wide);
}

/** As `expectAccessible`, in the current theme only, which it returns. */
async function expectAccessibleInOneTheme(page: Page, screen: string): Promise<Theme> {
  await expect(page).toHaveTitle(/Throughline/); // it is streamed behind the page's frame
  expect(SERIOUS_RULES.length, "axe keeps its rules elsewhere").toBeGreaterThan(50);
  const theme = await currentTheme(page);
  await setTheme(page, theme);
  await expectNothingSerious(page, `${screen}, ${theme}`);
  return theme;
}

const currentTheme = (page: Page): Promise<Theme> =>
  page.evaluate(() => (document.documentElement.classList.contains("dark") ? "dark" : "light"));

/**
 * axe in the page itself, once per document. `AxeBuilder` injects it again for each scan, opens a page to merge frames
 * (we have none), and sends every passed node back: four times the processor time.
 */
async function expectNothingSerious(page: Page, what: string, rules = SERIOUS_RULES): Promise<void> {
  if (!(await page.evaluate(() => "axe" in window))) {
    await page.evaluate(SOURCE);
    await page.evaluate(rememberColours);
  }
  const serious = await page.evaluate(async (only) => {
    await new Promise((done) => requestIdleCallback(done)); // hydrated, and rendered what only the browser renders
    // A transition of a millisecond shows the old theme's colour until the next frame, and then those within it begin.
    const running = () => document.getAnimations().filter(({ playState }) => playState === "running");
    while (running().length > 0) await Promise.allSettled(running().map(({ finished }) => finished));
    const { axe } = window as unknown as { axe: typeof import("axe-core") };
    const { violations } = await axe.run({ resultTypes: ["violations"], runOnly: only });
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
  }, rules);
  expect(serious, what).toEqual([]);
}

/** Lets axe parse each colour once instead of once per element: a fifth of the time of a scan. Runs in the page. */
function rememberColours(): void {
  type Color = { r: number; g: number; b: number; alpha: number; parseString(text: string): Color };
  const { prototype } = (window as unknown as { axe: { commons: { color: { Color: { prototype: Color } } } } }).axe
    .commons.color.Color;
  const { parseString } = prototype;
  const parsed = new Map<string, Pick<Color, "r" | "g" | "b" | "alpha">>();
  prototype.parseString = function (this: Color, text: string) {
    const known = parsed.get(text);
    if (known) return Object.assign(this, known);
    const { r, g, b, alpha } = parseString.call(this, text);
    parsed.set(text, { r, g, b, alpha });
    return this;
  };
}
