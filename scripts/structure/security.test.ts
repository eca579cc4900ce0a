import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ROOT, readSource, sources } from "./sources";

/** docs/asvs.md and SECURITY.md say which test holds what: each named file and test has to exist. */
const PAGES = ["docs/asvs.md", "SECURITY.md"];
const textOf = (page: string): string => readFileSync(join(ROOT, page), "utf8");

/** The cells of every row of a page's tables, without the headings. */
const rowsOf = (page: string): string[][] =>
  textOf(page)
    .split("\n")
    .filter((line) => line.startsWith("| ") && !/^\| (?:---|requirement|what|attacker) /.test(line))
    .map((line) => line.slice(2, -2).split(" | "));

/** What the code in backticks names: a file or folder of the repository. */
const PATH = /`((?:lib|app|components|tests|scripts|sdk)\/[^`]*|server\.ts)`/g;
/** A test's file with the words of its name: `file`: “one”, “another”. */
const CITED = /`([^`]+\.(?:test|spec)\.tsx?)`: ((?:“[^”]+”(?:, )?)+)/g;

const titlesIn = (file: string): string =>
  [
    ...readSource(file).matchAll(
      /\b(?:test|it|describe)\b[^"`\n]*?\(\s*("(?:[^"\\]|\\.)*"|`[^`]*`)|[\]})]\)\(\s*("[^"]*")/gm,
    ),
  ]
    .map((match) => match[1] ?? match[2])
    .join("\n");

/** The requirements of levels 1 and 2 in the chapters V2 to V4 of ASVS 4.0.3; 4.1.4 was deleted there. */
const ASVS: Record<string, readonly number[]> = {
  "2.1": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
  "2.2": [1, 2, 3],
  "2.3": [1, 2, 3],
  "2.4": [1, 2, 3, 4, 5],
  "2.5": [1, 2, 3, 4, 5, 6, 7],
  "2.6": [1, 2, 3],
  "2.7": [1, 2, 3, 4, 5, 6],
  "2.8": [1, 2, 3, 4, 5, 6, 7],
  "2.9": [1, 2, 3],
  "2.10": [1, 2, 3, 4],
  "3.1": [1],
  "3.2": [1, 2, 3, 4],
  "3.3": [1, 2, 3, 4],
  "3.4": [1, 2, 3, 4, 5],
  "3.5": [1, 2, 3],
  "3.7": [1],
  "4.1": [1, 2, 3, 5],
  "4.2": [1, 2],
  "4.3": [1, 2, 3],
};

describe.each(PAGES)("%s", (page) => {
  test("names only files that exist", () => {
    const named = [...textOf(page).matchAll(PATH)].map(([, path = ""]) => path);
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  test("names only tests that exist", () => {
    const cited = [...textOf(page).matchAll(CITED)].flatMap(([, file = "", names = ""]) =>
      [...names.matchAll(/“([^”]+)”/g)].map(([, name = ""]) => ({ file, name })),
    );
    expect(cited.length).toBeGreaterThan(page === "SECURITY.md" ? 20 : 60);
    const missing = cited.filter(({ file, name }) => !titlesIn(file).includes(name));
    expect(missing).toEqual([]);
  });

  test("each row names a test, is a gap, or has a reason for having neither", () => {
    const rows = rowsOf(page).filter((cells) => cells.length === 3 && !/^\*\*|^$/.test(cells[0] ?? ""));
    const bare = rows.filter(
      ([, where = "", test = ""]) =>
        !/`[^`]+\.(?:test|spec)\.tsx?`|`tests\/[^`]+\/`/.test(test) &&
        !(test === "–" && where.includes("**Gap**")) &&
        !/^(?:not applicable|nothing to test)$/.test(test),
    );
    expect(rows.length).toBeGreaterThan(15);
    expect(bare.map(([what]) => what)).toEqual([]);
  });
});

test("docs/asvs.md has each requirement of level 2 once, and no other", () => {
  const listed = rowsOf("docs/asvs.md").flatMap(([what = ""]) => /^\d+\.\d+\.\d+/.exec(what)?.[0] ?? []);
  const expected = Object.entries(ASVS).flatMap(([section, numbers]) =>
    numbers.map((number) => `${section}.${number}`),
  );
  expect(listed).toEqual(expected);
});

test("password fields name themselves to password managers, and nothing stops pasting", () => {
  const markup = sources.filter((path) => path.endsWith(".tsx"));
  const fields = markup.flatMap((path) =>
    [...readSource(path).matchAll(/type(?:=|: )"password"/g)].map(({ index }) => ({
      path,
      around: readSource(path).slice(Math.max(0, index - 300), index + 300),
    })),
  );
  expect(fields.length).toBeGreaterThan(1);
  const unnamed = fields.filter(({ around }) => !/autoComplete|\{\.\.\./.test(around));
  expect(unnamed.map(({ path }) => path)).toEqual([]);
  expect(
    markup.filter((path) => /onPaste|autoComplete(?:=|: )"off"[^>]*type(?:=|: )"password"/.test(readSource(path))),
  ).toEqual([]);
});

test("whatever sets a cookie gives it a name that browsers accept from this very host only", () => {
  const setting = sources.filter((path) =>
    /(?:cookies\(\)\)?|\bjar)\.set\(|(?:append|set)Header\("set-cookie"|document\.cookie = /i.test(readSource(path)),
  );
  expect(setting.length).toBeGreaterThan(5);
  expect(setting.filter((path) => !readSource(path).includes('"__Host-"'))).toEqual([]);
});

test("no secret is in the repository, and git ignores where they are kept", () => {
  expect(textOf(".gitignore").split("\n")).toEqual(expect.arrayContaining([".env", ".env.local", ".data/"]));
  const SECRET = new RegExp(
    [
      "-----BEGIN (?:RSA |EC )?PRIVATE KEY-----\\n[A-Za-z0-9+/]{20}",
      "\\bsk_live_\\w{16}",
      "\\bAKIA[0-9A-Z]{16}\\b",
    ].join("|"),
  );
  // Tests of masking have made-up ones.
  expect(sources.filter((path) => SECRET.test(readSource(path)))).toEqual([]);
});
