/**
 * The landing page's pictures and its Open Graph image: `npm run pictures -- <url> <e-mail> <password>`, with what
 * `npm run demo` prints. Writes public/pictures and public/og.png; ONLY=person,risk, SIZES=narrow and SCHEMES=dark
 * take some. WebP, as Chromium writes it itself.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "@playwright/test";
import { NARROW, NARROW_SCALE, pictureFile, SHOTS, type ShotName, WIDE, WIDE_SCALES } from "@/components/site/shot";
import { largestAccount, launchBrowser, logInToDemo, personWithAStory } from "./demo-screens";

const QUALITY = 78;
/** Milliseconds for charts and fonts. */
const SETTLE_MS = 1_800;
type Scheme = "light" | "dark";

const [base = "", email = "", password = ""] = process.argv.slice(2);
if (!password) {
  console.error("Usage: npm run pictures -- <url> <e-mail> <password>");
  process.exit(1);
}
const only = process.env.ONLY?.split(",");
mkdirSync("public/pictures", { recursive: true });

type Size = { width: number; height: number };

async function capture(page: Page, { width, height }: Size, scale: number, path: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const clip = { x: 0, y: 0, width, height, scale };
  const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: QUALITY, clip });
  writeFileSync(join("public", path), Buffer.from(data, "base64"));
  await session.detach();
}

/** The screen that each picture shows. */
async function screensOf(page: Page, project: string): Promise<Record<ShotName, string>> {
  const person = await personWithAStory(page, base, project);
  const account = await largestAccount(page, base, project);
  await page.goto(`${base}${person}/sessions`);
  const visits = page.getByRole("table", { name: "Sessions" }).getByRole("link");
  const session = (await visits.nth(1).getAttribute("href")) ?? "";
  return {
    person,
    session,
    account,
    compare: `/${project}/insights/compare`,
    risk: `/${project}/insights/risk`,
  };
}

async function take(browser: Browser, size: "wide" | "narrow", scheme: Scheme): Promise<void> {
  const viewport = size === "wide" ? WIDE : NARROW;
  // Taller than the picture, so that nothing is cut where the screen ends.
  const context = await browser.newContext({
    viewport: { ...viewport, height: 844 },
    colorScheme: scheme,
    timezoneId: "Europe/Berlin",
  });
  const page = await context.newPage();
  const project = await logInToDemo(page, base, email, password);
  const screens = await screensOf(page, project);
  for (const name of Object.keys(SHOTS) as ShotName[]) {
    if (only && !only.includes(name)) continue;
    await page.goto(base + screens[name]);
    await page.waitForTimeout(SETTLE_MS);
    const scales = size === "wide" ? Object.entries(WIDE_SCALES) : [["narrow", NARROW_SCALE] as const];
    for (const [suffix, scale] of scales) await capture(page, viewport, scale, pictureFile(name, suffix, scheme));
  }
  await context.close();
}

const GRAPH = { width: 1200, height: 630 };

/** The preview image that other sites show for a link to us. */
async function takeGraphImage(browser: Browser): Promise<void> {
  const picture = readFileSync(`public${pictureFile("person", "1x", "light")}`).toString("base64");
  const font = readFileSync("node_modules/@fontsource-variable/geist/files/geist-latin-wght-normal.woff2").toString(
    "base64",
  );
  const page = await browser.newPage({ viewport: GRAPH });
  await page.setContent(`<style>
    @font-face { font-family: Geist; src: url(data:font/woff2;base64,${font}); font-weight: 100 900; }
    body { margin: 0; overflow: hidden; background: #fff; color: #161a1f; font: 600 30px Geist; }
    p { margin: 0; padding: 56px 64px 0; color: #0b7285; letter-spacing: -0.01em; }
    h1 { margin: 0; padding: 18px 64px 0; font-size: 62px; line-height: 1.06; letter-spacing: -0.035em; }
    img { display: block; margin: 44px 0 0 64px; width: 1072px; border: 1px solid #e3e6e9; border-radius: 16px; }
    </style>
    <p>Throughline</p><h1>Know every user, from the first anonymous visit to today</h1>
    <img src="data:image/webp;base64,${picture}">`);
  await page.evaluate(() => document.fonts.ready.then(() => null));
  await page.screenshot({ path: "public/og.png" });
  await page.close();
}

const browser = await launchBrowser();
const wanted = (process.env.SIZES?.split(",") ?? ["wide", "narrow"]) as ("wide" | "narrow")[];
const schemes = (process.env.SCHEMES?.split(",") ?? ["light", "dark"]) as Scheme[];
for (const size of wanted) for (const scheme of schemes) await take(browser, size, scheme);
if (!only || only.includes("og")) await takeGraphImage(browser);
await browser.close();
