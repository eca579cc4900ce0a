import { expect, test } from "vitest";
import { codeOf, files, isTest, readSource } from "./sources";

/** Columns of a line. A text or pattern that is a single literal may be longer: split, it could not be searched for. */
const MAX_COLUMNS = 120;
const LITERAL = /"(?:[^"\\]|\\.)+"|'(?:[^'\\]|\\.)+'|(?<!sql)`(?:[^`\\]|\\.)*`|\/(?![*/ ])(?:[^/\\\n]|\\.)+\/[a-z]*/g;

const ours = files.filter((path) => /^(?:lib|scripts)\//.test(path));

const isLong = (line: string): boolean => {
  const text = line.replace(/\{" "\}$/, ""); // the space that Biome keeps at the end of JSX
  return text.length > MAX_COLUMNS && text.replace(LITERAL, '""').length > MAX_COLUMNS / 2;
};

const longLines = (paths: readonly string[], isMeant: (line: string) => boolean) =>
  paths.flatMap((path) =>
    readSource(path)
      .split("\n")
      .flatMap((line, index) => (isMeant(line) && isLong(line) ? [`${path}:${index + 1}`] : [])),
  );

/** Tests and benchmarks write their rows in SQL that is as wide as the tables: only their comments have a limit. */
const isTestCode = (path: string) => /^(?:tests|bench)\//.test(path) || isTest(path);
const isComment = (line: string) => /^\s*(?:\*|\/\*|\/\/)/.test(line);

test("no line is longer than 120 columns; of tests and benchmarks, no comment", () => {
  const found = [
    ...longLines(
      files.filter((path) => !isTestCode(path) || /^(?:lib|scripts)\//.test(path)),
      () => true,
    ),
    ...longLines(files.filter(isTestCode), isComment),
  ];
  expect(
    found,
    "npx biome check --write breaks code, but no comments; SQL has one clause a line (docs/decisions/0060-sql.md)",
  ).toEqual([]);
});

test("the rows of a query have a type", () => {
  const untyped = /\brows\b[^=;]*=\s*await\s+[^;=]*?\.query\(/;
  const found = ours.filter((path) => untyped.test(codeOf(path)));
  expect(found, "name it: query<Row>(…)").toEqual([]);
});

test("keywords of SQL are written in capitals", () => {
  const lower = /\bsql`[^`]*(?<![\w."'])(?:select|insert into|update|delete from|where|left join|group by|order by)\s/;
  expect(
    ours.filter((path) => lower.test(codeOf(path))),
    "SELECT, not select: docs/decisions/0060-sql.md",
  ).toEqual([]);
});
