import { spawn } from "node:child_process";
import { existsSync } from "node:fs";

const PLACES = [
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
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  for (const args of [["update"], ["install", "-y", "--no-install-recommends", "chromium"]]) {
    const child = spawn("apt-get", args, { env, stdio: ["ignore", "ignore", "inherit"] });
    const code = await new Promise((resolve) => child.once("close", resolve));
    if (code !== 0) throw new Error(`\`apt-get ${args.join(" ")}\` failed: ${byHand}`);
  }
}
