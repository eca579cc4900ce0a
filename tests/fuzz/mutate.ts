import { HOSTILE, placesIn, replaced } from "./hostile";

/** A reproducible sequence of numbers from 0 to 1 (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export type Random = () => number;
export const below = (random: Random, end: number): number => Math.floor(random() * end);
export const pick = <T>(random: Random, from: readonly T[]): T => from[below(random, from.length)] as T;

/** Repeated pieces that are the worst case for some pattern. */
const UNITS = [
  "a",
  "0",
  "-eyJ",
  "/",
  "//",
  "%40",
  "@a.",
  "a=",
  "\t",
  "\n ",
  "\u0000",
  "\ud800",
  "👍",
  "A-",
  "{{",
  "'\"",
];
/** Texts as long as a limit, and beyond it. */
const LENGTHS = [3, 64, 200, 255, 256, 1_000, 12_000, 31_000, 33_000, 70_000];
/** Keys or items an object or a list is grown by. */
const COUNTS = [2, 60, 128, 129, 501, 1_200];

function grownText(random: Random): string {
  const unit = pick(random, UNITS);
  const text = unit.repeat(Math.ceil(pick(random, LENGTHS) / unit.length));
  return random() < 0.3 ? `https://x.example/${text}` : text;
}

/** A replacement for `value`: hostile, larger, or of another shape. */
function changed(value: unknown, random: Random): unknown {
  const kind = random();
  if (kind < 0.5) return pick(random, HOSTILE)[1];
  if (kind < 0.7) return grownText(random);
  if (Array.isArray(value))
    return Array.from({ length: pick(random, COUNTS) }, (_, i) => value[i % (value.length || 1)]);
  if (typeof value === "object" && value !== null) {
    const many = Array.from({ length: pick(random, COUNTS) }, (_, i) => [
      `k${i}_${below(random, 1e6)}`,
      pick(random, HOSTILE)[1],
    ]);
    return { ...value, ...Object.fromEntries(many) };
  }
  return kind < 0.85 ? [value, value] : { [`${typeof value}`]: value };
}

/** A copy of a message with one to three changes. */
export function mutated(message: unknown, random: Random): unknown {
  let out = message;
  for (let left = 1 + below(random, 3); left > 0; left--) {
    const places = placesIn(out);
    const place = pick(random, places.slice(0, 2_000));
    const before = place.reduce<unknown>((at, key) => (at as Record<string, unknown> | null)?.[key], out);
    out = replaced(out, place, changed(before, random));
    if (typeof out !== "object" || out === null) return out;
  }
  return out;
}

const INFINITE = "\u0001infinite";

/**
 * As JSON, with 1e999 where a number is infinite, which JSON.stringify would write as null; null for what it cannot
 * write.
 */
export function toJson(value: unknown): string | null {
  try {
    const text = JSON.stringify(value, (_key, each) => (each === Infinity || each === -Infinity ? INFINITE : each));
    return text === undefined ? null : text.replaceAll(JSON.stringify(INFINITE), "1e999");
  } catch {
    return null; // too deeply nested for it
  }
}
