import { isDatabaseAway } from "./away";

/**
 * Postgres' classes for data it cannot take: 22 bad values, 23 broken constraints, 54 too large; 57014: it took too
 * long.
 */
const OWN_FAULT = /^(22|23|54)...$|^57014$/;

/**
 * Did a piece of work fail by what it was about, so that it fails again, as against a database that is away or a lock
 * that was lost? Then it is set aside, and what it was done together with is done without it.
 */
export function isOwnFault(error: unknown): boolean {
  if (!(error instanceof Error) || isDatabaseAway(error)) return false;
  const { code } = error as { code?: unknown };
  if (typeof code === "string") return OWN_FAULT.test(code);
  return (
    error instanceof TypeError ||
    error instanceof RangeError ||
    error instanceof SyntaxError ||
    error.message.startsWith("[big.js]")
  );
}

const WORDS: readonly [RegExp, string][] = [
  [/^22003$/, "a number is too large"],
  [/^22(021|P05)$/, "a text has characters the database cannot store"],
  [/^22007$|^22008$/, "a time is none"],
  [/^23/, "it contradicts what is stored already"],
  [/^54/, "a value is too large to store"],
  [/^57014$/, "it took too long"],
];

/**
 * Why, in words and without any value: Postgres quotes what it refuses. Names of our own indexes and constraints may
 * stay.
 */
export function faultInWords(error: unknown): string {
  const { code, constraint, message } = error as { code?: unknown; constraint?: unknown; message?: unknown };
  if (typeof code !== "string") return "it could not be worked out: a mistake of the program";
  const words = WORDS.find(([pattern]) => pattern.test(code))?.[1] ?? "the database does not take its values";
  const place =
    typeof constraint === "string" ? constraint : /for index "([a-z0-9_]{1,63})"/.exec(String(message))?.[1];
  return `${words} (${place ? `${place}, ` : ""}${code})`;
}
