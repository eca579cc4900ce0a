import { spawn } from "node:child_process";
import { existsSync } from "node:fs";

/** Debian's package of Chromium without its windows, which Playwright uses elsewhere too: half the CPU time a page. */
const SHELL = "chromium-headless-shell";
const PLACES = [
  `/usr/bin/${SHELL}`,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** The browser for the end-to-end tests: CHROMIUM_PATH, or the system's; null if there is none. */
export function findChromium() {
  const given = process.env.CHROMIUM_PATH;
  return given || (PLACES.find((path) => existsSync(path)) ?? null);
}

/** Installs Chromium with apt if possible; else throws instructions for doing it by hand. */
export async function ensureChromium() {
  if (findChromium()) return;
  const byHand = "install Chromium or Chrome, or set CHROMIUM_PATH to one, and run `npm test` again.";
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get"))
    throw new Error(`No browser for the tests: ${byHand}`);
  await apt("update");
  // Older releases have no package of the shell.
  if ((await apt("install", SHELL)) === 0 || (await apt("install", "chromium")) === 0) return;
  throw new Error(`\`apt-get install chromium\` failed: ${byHand}`);
}

/** Resolves to its exit code. */
async function apt(command, ...packages) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const options = packages.length > 0 ? ["-y", "--no-install-recommends"] : [];
  const child = spawn("apt-get", [command, ...options, ...packages], { env, stdio: ["ignore", "ignore", "inherit"] });
  return await new Promise((resolve) => child.once("close", resolve));
}
