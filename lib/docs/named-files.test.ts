import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "..", "..");

const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], { cwd: ROOT, encoding: "utf8" }).split(
  "\n",
);
/** All but docs/guide, which also names files of the reader's own site. */
const DOCUMENTS = files.filter((file) =>
  /^(?:[A-Z]+|(?:docs|bench)\/(?:(?:decisions|migrate)\/)?[\w-]+)\.md$/.test(file),
);
/** A file, a folder, a module without its extension, or an argument of a test runner. */
const exists = (path: string): boolean => path === "" || files.some((file) => file.startsWith(path));

const LINK = /\]\(([^)#\s]+)[^)]*\)/g;
/** Paths start with one of the code's root folders. */
const PATH = /(?<![\w/.@])(?:app|components|lib|prisma|scripts|sdk|tests|bench|docs|server\.ts)(?:\/[\w()[\]./-]*)?/g;
/** Not a single file: `tests/dialects/<name>.test.ts`, `lib/**`. */
const PATTERN = /[\w()[\]./-]*[<*…][\w<>*….()[\]/-]*/g;
const CODE = /```[\s\S]*?```|`([^`\n]+)`/g;
/** A file's name, alone or after some of its folders: `list/list.queries.ts`. Not a URL: `/api/v1/openapi.json`. */
const NAME = /(?<![\w/.@:()[\]-])[\w([][\w()[\]./-]*\.(?:tsx?|mjs|sql|json|ya?ml|prisma)(?![\w(-])/g;
/** Made for a reader, not part of the repository. */
const MADE = ["data.json"];

function named(document: string): string[] {
  const text = readFileSync(join(ROOT, document), "utf8");
  const links = [...text.matchAll(LINK)]
    .map(([, target = ""]) => target)
    .filter((target) => !target.includes(":"))
    .map((target) => posix.join(dirname(document), target));
  const paths = text.replace(LINK, " ").replace(PATTERN, "").match(PATH) ?? [];
  return [...new Set([...links, ...paths.map((path) => path.replace(/[.)]+$/, ""))])].filter((path) =>
    path.includes("/"),
  );
}

/** Names in backticks that no file's path ends with. */
function gone(text: string): string[] {
  const names = [...text.matchAll(CODE)].flatMap(([, code = ""]) => code.replace(PATTERN, "").match(NAME) ?? []);
  return names.filter((name) => !MADE.includes(name) && !files.some((file) => `/${file}`.endsWith(`/${name}`)));
}

test("the documents are found", () => {
  expect(DOCUMENTS).toEqual(
    expect.arrayContaining([
      "CONTRIBUTING.md",
      "README.md",
      "docs/architecture.md",
      "docs/decisions/0001-one-process-one-postgres.md",
    ]),
  );
  expect(named("docs/architecture.md").length).toBeGreaterThan(20);
});

test.each(DOCUMENTS)("every file that %s names exists", (document) => {
  const paths = named(document);
  expect(paths.filter((path) => !exists(path.replace(/\/$/, "")))).toEqual([]);
});

test.each(DOCUMENTS)("every file that %s names without all of its folders exists", (document) => {
  expect(gone(readFileSync(join(ROOT, document), "utf8"))).toEqual([]);
});

test("a name that no file has is found", () => {
  const text = "`list/list.queries.ts`, `zip.ts`, `<thing>.store.ts`, `list/lists.queries.ts`, `queries.ts`, `ms.ts()`";
  expect(gone(text)).toEqual(["list/lists.queries.ts", "queries.ts"]);
});
