import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

/**
 * Comments and tests cite the rules of docs/ by number ("docs/identity.md R7"), so that a reader finds the reason for a
 * line, and the lines that a changed rule affects. A number that leads nowhere is worse than none.
 */
const DOCS = ["docs/identity.md", "docs/wire.md", "docs/accounts.md"];

const root = join(import.meta.dirname, "../..");
const PATTERNS = ["*.ts", "*.tsx", "*.mjs", "*.sql", "*.prisma", "*.md"];
const paths = execFileSync("git", ["ls-files", "-co", "--exclude-standard", ...PATTERNS], {
  cwd: root,
  encoding: "utf8",
})
  .trim()
  .split("\n")
  .filter((path) => existsSync(join(root, path)) && path !== "lib/docs/citations.test.ts");
const text = new Map(paths.map((path) => [path, readFileSync(join(root, path), "utf8")]));

const NUMBER = "[A-Z]\\d{1,2}[a-d]?";
/** "docs/identity.md R6a, R14", also where a comment's line breaks between them. */
const CITATION = new RegExp(
  `(?:docs/|\\.\\./|[^\\w/])(identity|wire|accounts)\\.md(?:\\s|\\n\\s*(?:\\*|//|--))+(${NUMBER}(?:(?:, | and | to |, and )${NUMBER})*)`,
  "g",
);
/** "R7" anywhere or "(W6)" in brackets, in a file that names the page once. Never "(X5)": X11 is a window system. */
const BARE = /(?<![#\w.-])R(?:[1-9]|1\d)[a-d]?(?![\w-])|(?<=\()[EMPW]\d{1,2}(?=[,)])/g;
const PAGES = new Map([
  ["W", "docs/wire.md"],
  ["M", "docs/accounts.md"],
]);
const pageOf = (number: string) => PAGES.get(number.slice(0, 1)) ?? "docs/identity.md";

/** The numbers a page defines: "### R7 Persons", "**(a) …**" below it, "**E1 …**", "- **P7** …". */
function definedIn(path: string): Set<string> {
  const numbers = new Set<string>();
  let rule = "";
  for (const line of (text.get(path) ?? "").split("\n")) {
    const found = /^(?:### |(?:- )?\*\*)([A-Z]\d{1,2})[ *]/.exec(line)?.[1];
    if (found) {
      if (numbers.has(found)) throw new Error(`${path} has ${found} twice`);
      numbers.add(found);
      rule = found;
    }
    const part = /^\*\*\(([a-d])\) /.exec(line)?.[1];
    if (part) numbers.add(rule + part);
  }
  return numbers;
}

type Citation = { path: string; doc: string; number: string };

function citationsIn(path: string, source: string): Citation[] {
  const full = [...source.matchAll(CITATION)].flatMap(([, doc, numbers = ""]) =>
    [...numbers.matchAll(new RegExp(NUMBER, "g"))].map(([number]) => ({ path, doc: `docs/${doc}.md`, number })),
  );
  const bare = [...source.matchAll(BARE)].map(([number]) => ({ path, doc: pageOf(number), number }));
  return [...full, ...bare];
}

const isDoc = (path: string) => DOCS.includes(path);
const citations = paths.filter((path) => !isDoc(path)).flatMap((path) => citationsIn(path, text.get(path) ?? ""));

test("every number cited is one the page defines", () => {
  const defined = new Map(DOCS.map((doc) => [doc, definedIn(doc)]));
  expect(citations.length).toBeGreaterThan(100);
  const within = DOCS.flatMap((doc) => citationsIn(doc, text.get(doc) ?? ""));
  expect(
    [...citations, ...within].filter(({ doc, number }) => !defined.get(doc)?.has(number)),
    "`doc` has no rule of that number: add it there, or correct the citation in `path`",
  ).toEqual([]);
});

test.each(DOCS)("every rule of %s is cited by a source file or a test", (doc) => {
  const inCode = citations.filter((it) => it.doc === doc && !it.path.endsWith(".md"));
  const cited = new Set(inCode.flatMap(({ number }) => [number, number.replace(/[a-d]$/, "")]));
  const rules = [...definedIn(doc)].filter((number) => /\d$/.test(number));
  expect(rules.length).toBeGreaterThan(5);
  expect(rules.filter((number) => !cited.has(number))).toEqual([]);
});

test("a file that cites a rule by number alone names its page once", () => {
  const lost = paths.filter((path) => {
    const source = text.get(path) ?? "";
    return !path.endsWith(".md") && (source.match(BARE) ?? []).some((number) => !source.includes(pageOf(number)));
  });
  expect(lost).toEqual([]);
});

test("nothing cites documents outside the repository", () => {
  const OUTSIDE = [
    /\.\.\/shared\b/,
    /\bspec\/\w/,
    /\bSpec R\d/,
    /\bpitfall \d/i,
    /\b(?:identity|wire|accounts)\.md (?:section )?\d/,
  ];
  const found = paths.flatMap((path) =>
    (text.get(path) ?? "")
      .split("\n")
      .flatMap((line, at) =>
        OUTSIDE.some((pattern) => pattern.test(line)) ? [`${path}:${at + 1} ${line.trim()}`] : [],
      ),
  );
  expect(found).toEqual([]);
});
