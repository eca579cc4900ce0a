import { isDatabaseUnreachable } from "./unreachable";

/**
 * Postgres' classes of errors for data that it rejects: 22 bad values, 23 violated constraints, 54 too large; 57014: it
 * took too long. Our own code: a stored rule that cannot be used, for example because it names a deleted segment.
 */
const DATA_FAULT = /^(22|23|54)...$|^57014$|^unprocessable$/;

/**
 * Whether work failed because of its own data and would fail again, unlike with an unreachable database or a deadlock.
 * Such work is set aside, and the rest of its batch continues without it.
 */
export function isDataFault(error: unknown): boolean {
  if (!(error instanceof Error) || isDatabaseUnreachable(error)) return false;
  const { code } = error as { code?: unknown };
  if (typeof code === "string") return DATA_FAULT.test(code);
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
  [/^22007$|^22008$/, "a time is invalid"],
  [/^23/, "it conflicts with stored data"],
  [/^54/, "a value is too large to store"],
  [/^57014$/, "it took too long"],
  [/^unprocessable$/, "its rule cannot be used"],
];

/** In what Postgres says, as Citus passes on no field with the name. */
const NAMED = /(?:for index|constraint) "([a-z0-9_]{1,63})"/;
/** Citus appends the shard's number to names. */
const SHARD = /_\d{6,}$/;

/**
 * The reason in words, without any values, as Postgres quotes what it rejects. It may name our own indexes and
 * constraints.
 */
export function describeFault(error: unknown): string {
  const { code, constraint, message } = error as { code?: unknown; constraint?: unknown; message?: unknown };
  if (typeof code !== "string") return "it could not be computed: a bug in Throughline";
  const words = WORDS.find(([pattern]) => pattern.test(code))?.[1] ?? "the database rejects its values";
  const place = typeof constraint === "string" ? constraint : NAMED.exec(String(message))?.[1];
  return `${words} (${place ? `${place.replace(SHARD, "")}, ` : ""}${code})`;
}
