import { spawn } from "node:child_process";
import { existsSync } from "node:fs";

/** Debian's package of Chromium without its windows, which Playwright uses elsewhere too: half the CPU time a page. */
const SHELL = "chromium-headless-shell";
const SHELL_PATH = `/usr/bin/${SHELL}`;
const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Of the tests' browsers: nothing but the page under test may use the network or the graphics card. */
export const CHROMIUM_FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // No page lives long enough for optimized code to pay: a tenth of the browser's CPU time.
  "--js-flags=--no-turbofan --no-maglev",
];

/** The browser for the end-to-end tests: CHROMIUM_PATH, or the system's, if possible without windows; null if none. */
export function findChromium() {
  return process.env.CHROMIUM_PATH || (existsSync(SHELL_PATH) ? SHELL_PATH : findFullChromium());
}

/** For what the shell does not have: the back/forward cache. */
export function findFullChromium() {
  return process.env.CHROMIUM_PATH || (PLACES.find((path) => existsSync(path)) ?? null);
}

/** Installs Chromium and its shell with apt if possible. Without a browser it throws what to do by hand. */
export async function ensureChromium() {
  if (process.env.CHROMIUM_PATH) return;
  const missing = [findFullChromium() ? [] : "chromium", existsSync(SHELL_PATH) ? [] : SHELL].flat();
  const mayInstall = process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
  if (missing.length > 0 && mayInstall) {
    await apt("update");
    // One by one: older releases have no package of the shell, and tests run without it.
    for (const name of missing) await apt("install", "-y", "--no-install-recommends", name);
  }
  if (!findFullChromium())
    throw new Error(
      "No browser for the tests: install Chromium or Chrome, or set CHROMIUM_PATH to one, and run `npm test` again.",
    );
}

/** Resolves when it has ended, even if it failed. */
async function apt(...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const child = spawn("apt-get", args, { env, stdio: ["ignore", "ignore", "inherit"] });
  await new Promise((resolve) => child.once("close", resolve).once("error", resolve));
}
