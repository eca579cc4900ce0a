import fc from "fast-check";
import { expect, test } from "vitest";
import { costRatio, costTest } from "@/tests/support/cost";
import { csvLines, csvRows } from "./csv";

async function rowsOf(text: string): Promise<string[][]> {
  const rows: string[][] = [];
  for await (const row of csvRows(text)) rows.push(row);
  return rows;
}

test.each([
  ["=1+1", "'=1+1"],
  ["+49 30 123", "'+49 30 123"],
  ["-2+3", "'-2+3"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["\t=1", `"'\t'=1"`],
  ["  =1", "'  =1"],
  ["\r=1", `"'\r'=1"`],
  ["＝1+1", "'＝1+1"],
  ["＠SUM(A1)", "'＠SUM(A1)"],
  ["\u200b=1", "'\u200b=1"],
  ["hi;=1+1", `"hi;'=1+1"`],
  ["hi; ＋1+1", `"hi; '＋1+1"`],
  ["hi\t@SUM(A1)", `"hi\t'@SUM(A1)"`],
  ["hi\n-2+3", `"hi\n'-2+3"`],
  ["3;-2;+1.5", `"3;-2;+1.5"`],
  ["a; b", `"a; b"`],
  ["-5", "-5"],
  ["-5.25", "-5.25"],
  [-5, "-5"],
  ["plain", "plain"],
  ['say "hi", Ada', '"say ""hi"", Ada"'],
  ["two\nlines", '"two\nlines"'],
  [null, ""],
  [true, "true"],
])("%j is written as %s", (cell, written) => expect(csvLines([[cell]])).toBe(`${written}\r\n`));

test("written cells are read back unchanged", async () => {
  const cell = fc.string({ unit: fc.constantFrom("a", ",", '"', "\n", "\r", "ü", " ", ";", "0") });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(cell, { minLength: 2, maxLength: 2 }), { minLength: 1 }), async (rows) => {
      const filled = rows.map((row) => ["x", ...row]);
      expect(await rowsOf(csvLines([["a", "b", "c"], ...filled]))).toEqual([
        ["a", "b", "c"],
        ...filled.map((row) => row.map((value) => (/^\s*\r/.test(value) ? `'${value}` : value))),
      ]);
    }),
  );
});

test("semicolons, a BOM, old line ends and empty lines are read too", async () => {
  expect(await rowsOf('\uFEFFid;name\rada;"Ada; L."\n\n;;\r\nbob;Bob')).toEqual([
    ["id", "name"],
    ["ada", "Ada; L."],
    ["bob", "Bob"],
  ]);
});

test("an unclosed quote is rejected with its line number", async () => {
  await expect(rowsOf('id,name\nada,"Ada')).rejects.toThrow(/line/);
});

test("reading a long file yields to other work, and stops when its reader does", async () => {
  let turns = 0;
  const others = setInterval(() => turns++, 0);
  let rows = 0;
  const long = "ada\n".repeat(200_000);
  for await (const _ of csvRows(long)) if (++rows === 100_000) break;
  clearInterval(others);
  expect(rows).toBe(100_000);
  expect(turns).toBeGreaterThan(5);
});

test("no character is split between chunks of the file", async () => {
  for (const before of [0, 1]) {
    const text = `${"x".repeat(before)}${"😀".repeat(20_000)}`;
    expect(await rowsOf(`id\n${text}\n`)).toEqual([["id"], [text]]);
  }
});

costTest("the time per cell is linear in its length, whatever its content", async () => {
  for (const unit of [";", "; ", " ", "\t", "\n", ";=", ";-1", "="]) {
    const text = unit.repeat(160_000);
    // A quadratic one takes ten thousand times as long as one that reads the text once.
    const ratio = await costRatio(
      () => JSON.stringify(text),
      () => csvLines([[text]]),
      100,
    );
    expect(ratio, JSON.stringify(unit)).toBeLessThan(100);
  }
});
