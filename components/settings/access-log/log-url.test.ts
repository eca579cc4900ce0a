import { expect, test } from "vitest";
import { rangeOf } from "@/lib/format/range";
import { logFilterOf } from "./log-url";

const range = rangeOf({ from: "2026-03-01", to: "2026-03-31" }, Date.UTC(2026, 3, 2), "UTC");
const dates = { after: Date.UTC(2026, 2, 1), before: Date.UTC(2026, 3, 1) };

test("the log's filter is read from the URL: who, what, whom and when", () => {
  const everybody = { actor: undefined, kind: undefined, person: undefined, ...dates };
  expect(logFilterOf({}, range)).toEqual(everybody);
  for (const by of ["member:0190-ab", "client:0190-ab", "system:sdk"])
    expect(logFilterOf({ by }, range)).toEqual({ ...everybody, actor: by });
  expect(logFilterOf({ kind: "erase" }, range)).toEqual({ ...everybody, kind: "erase" });
  for (const [person, ref] of [
    [" ada ", "u:ada"],
    ["u:ada", "u:ada"],
    ["a:device", "a:device"],
    ["Zoe\u0308", "u:Zo\u00eb"],
  ] as const)
    expect(logFilterOf({ person }, range).person).toBe(ref);
});

test("what cannot be a filter is left out", () => {
  for (const search of [{ by: "ada" }, { by: "member:a b" }, { kind: "x" }, { person: "\u0000" }, { person: " " }])
    expect(logFilterOf(search, range)).toEqual(logFilterOf({}, range));
});
