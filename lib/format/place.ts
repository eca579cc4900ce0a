const names = new Intl.DisplayNames(["en"], { type: "region", fallback: "none" });

/** "DE" → "Germany"; null for what is no country code. Call it on the server: browsers spell some names otherwise. */
export function countryName(code: string | null): string | null {
  if (!code || !/^[A-Z]{2}$/.test(code)) return null;
  return names.of(code) ?? null;
}

/** "DE" → 🇩🇪, two regional indicator letters; "" for what is no country code. */
export function flag(code: string | null): string {
  if (!code || !/^[A-Z]{2}$/.test(code)) return "";
  return String.fromCodePoint(...[...code].map((letter) => 0x1f1a5 + letter.charCodeAt(0)));
}
