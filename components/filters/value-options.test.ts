import { expect, test } from "vitest";
import { valueOptions } from "./value-options";

const known = [
  { value: " pro ", people: 3 },
  { value: "pro", people: 2 },
  { value: "", people: 1 },
];
const offered = (typed: string, exact = true) =>
  valueOptions(typed, known, ["pro"], exact).map(({ value, label }) => [value, label]);

test("a known value is offered exactly as stored, with visible spaces", () => {
  expect(offered("")).toEqual([
    [" pro ", "“ pro ”"],
    ["", "(empty)"],
  ]);
});

test("text typed with surrounding spaces is offered trimmed and as typed, each once", () => {
  expect(offered(" team").slice(2)).toEqual([
    ["team", "“team” as typed"],
    [" team", "“ team” with its spaces"],
  ]);
  expect(offered("team").slice(2)).toEqual([["team", "“team” as typed"]]);
  expect(offered(" pro ").slice(2)).toEqual([]);
  expect(offered("  ").slice(2)).toEqual([["  ", "“  ” with its spaces"]]);
});

test("where ingest trims, only the trimmed text is offered", () => {
  expect(offered(" Berlin ", false).slice(2)).toEqual([["Berlin", "“Berlin” as typed"]]);
  expect(offered("  ", false).slice(2)).toEqual([]);
});
