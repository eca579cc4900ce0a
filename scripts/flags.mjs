import { copyFileSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Copies the flags of country-flag-icons to public/flags, about 300 KB: as files they need no JavaScript. */
export function copyFlags(root) {
  const from = join(root, "node_modules", "country-flag-icons", "3x2");
  const to = join(root, "public", "flags");
  mkdirSync(to, { recursive: true });
  for (const file of readdirSync(from))
    if (/^[A-Z]{2}\.svg$/.test(file)) copyFileSync(join(from, file), join(to, file));
}
