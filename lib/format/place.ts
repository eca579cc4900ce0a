import { hasFlag } from "country-flag-icons";

const names = new Intl.DisplayNames(["en"], { type: "region", fallback: "none" });

/** "DE" → "Germany"; null for an unknown country code. Call it on the server: browsers spell some names differently. */
export function countryName(code: string | null): string | null {
  if (!code || !/^[A-Z]{2}$/.test(code)) return null;
  return names.of(code) ?? null;
}

/** "DE" → "/flags/DE.svg" (made by scripts/flags.mjs); null for an unknown country and one without a flag. */
export const flagPath = (code: string | null): string | null =>
  code !== null && hasFlag(code) ? `/flags/${code}.svg` : null;
