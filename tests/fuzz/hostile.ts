/** Values that mean something to JavaScript, JSON, Postgres or a parser, for any place of a message. */
const json = (text: string): unknown => JSON.parse(text);

const deep = (depth: number): unknown => json(`${"[".repeat(depth)}${"]".repeat(depth)}`);

export const HOSTILE: readonly (readonly [name: string, value: unknown])[] = [
  ["null", null],
  ["true", true],
  ["zero", 0],
  ["a number beyond 2^53", json("9007199254740993")],
  ["infinity", json("1e999")],
  ["minus infinity", json("-1e999")],
  ["the largest number", 1.7976931348623157e308],
  ["nothing", ""],
  ["NUL", "a\0b"],
  ["half a surrogate pair", "a\ud800b"],
  ["a percent sign", "%E0%A4%A"],
  ["a long text", "x".repeat(5_000)],
  ["__proto__", "__proto__"],
  ["an empty list", []],
  ["a list of lists", [[[]], [null]]],
  ["a long list", Array.from({ length: 600 }, (_, index) => index)],
  ["100 lists in each other", deep(100)],
  ["20,000 lists in each other", deep(20_000)],
  ["an empty object", {}],
  ["an object without a text of its own", json('{"toString":1,"valueOf":null}')],
  ["an object with a prototype", json('{"__proto__":{"toString":1},"constructor":{"prototype":1}}')],
  ["an object like a promise", json('{"then":1,"toJSON":1,"toPostgres":1,"length":-1}')],
  ["an object of many keys", Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`k${index}`, index]))],
];

/** No SDK message is deeper; hostile values that nest deeper are not mutated again. */
const DEEPEST = 40;

/** The positions in a value and everything within it, as the keys that lead there. */
export function placesIn(value: unknown, here: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null || here.length > DEEPEST) return [here];
  return [
    here,
    ...Object.keys(value).flatMap((key) => placesIn((value as Record<string, unknown>)[key], [...here, key])),
  ];
}

/** A copy of `value` with `other` at a position. */
export function replaced(value: unknown, place: readonly string[], other: unknown): unknown {
  const [key, ...rest] = place;
  if (key === undefined) return other;
  if (Array.isArray(value))
    return value.map((item, index) => (String(index) === key ? replaced(item, rest, other) : item));
  const from = value as Record<string, unknown>;
  return { ...from, [key]: replaced(from[key], rest, other) };
}
