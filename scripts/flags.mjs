import { copyFileSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Puts the flags of country-flag-icons under public/flags, about 300 KB: as files they cost no page any JavaScript. */
export function copyFlags(root) {
  const from = join(root, "node_modules", "country-flag-icons", "3x2");
  const to = join(root, "public", "flags");
  mkdirSync(to, { recursive: true });
  for (const file of readdirSync(from))
    if (/^[A-Z]{2}\.svg$/.test(file)) copyFileSync(join(from, file), join(to, file));
}
