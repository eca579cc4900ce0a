import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { routeFor } from "@/lib/ingest/dialects/routes";
import { isOperationsPath } from "@/lib/operations/answer";

/** What the documents tell the reader to type or to look for. named-files.test.ts has files, code.test.ts code. */
const ROOT = join(import.meta.dirname, "..", "..");
const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");
const FILES = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], { cwd: ROOT, encoding: "utf8" })
  .split("\n")
  .filter(Boolean);

const OF_READERS =
  /^(?:README|CONTRIBUTING|bench\/README|sdk\/(?:node\/)?README|docs\/(?:(?:guide|migrate)\/)?[\w-]+)\.md$/;
/** docs/access.md is generated. */
const DOCUMENTS = FILES.filter((file) => OF_READERS.test(file) && file !== "docs/access.md");
const CODE = FILES.filter((file) =>
  /^(?!docs\/).*(?<!\.test)\.(?:tsx?|mjs|js|ya?ml|prisma)$|^\.env\.example$/.test(file),
)
  .map(read)
  .join("\n");
const all = (text: string, pattern: RegExp): string[] => [
  ...new Set([...text.matchAll(pattern)].map((m) => m[1] ?? "")),
];
const named = (pattern: RegExp) =>
  DOCUMENTS.flatMap((file) => all(read(file), pattern).map((name) => ({ file, name })));

test("every npm script that the documents name exists", () => {
  const scripts = named(/npm run (?:--silent )?([a-z][a-z0-9:-]*)/g);
  const { scripts: known } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  expect(scripts.length).toBeGreaterThan(20);
  expect(scripts.filter(({ name }) => !Object.hasOwn(known, name))).toEqual([]);
});

test("every command of npm run admin that they name exists", () => {
  const commands = named(/admin -- ([a-z][a-z-]+)/g);
  expect(commands.length).toBeGreaterThan(3);
  expect(commands.filter(({ name }) => !read("scripts/admin/cli.ts").includes(`  "${name}": {`))).toEqual([]);
});

test("every variable that they name is one that the code knows", () => {
  const words = new Set(CODE.match(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g));
  /** The reader's own. */
  const variables = named(/(?<![\w/])(?!YOUR_|THROUGHLINE_)([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b/g);
  expect(variables.length).toBeGreaterThan(40);
  expect(variables.filter(({ name }) => !words.has(name))).toEqual([]);
});

test("every variable in .env.example is read somewhere", () => {
  const variables = all(read(".env.example"), /^#?([A-Z][A-Z0-9_]+)=/gm);
  /** Read by OpenTelemetry's exporter itself. */
  const theirs = ["OTEL_EXPORTER_OTLP_HEADERS"];
  const readers = FILES.filter((file) => /^(?:lib|scripts)\/.*(?<!\.test)\.(?:ts|mjs)$|^server\.ts$/.test(file));
  const code = readers.map(read).join("\n");
  expect(variables.length).toBeGreaterThan(30);
  expect(variables.filter((name) => !new RegExp(`\\b${name}\\b`).test(code))).toEqual(theirs);
});

/** "/api/v1/profiles/*", of a page or a route, and the methods it answers. */
const SERVED = FILES.filter((file) => /^app\/(?:.*\/)?(?:page\.tsx|route\.ts)$/.test(file))
  .filter((file) => !file.includes("[..."))
  .map((file) => ({
    path: `/${file
      .split("/")
      .slice(1, -1)
      .filter((part) => !part.startsWith("("))
      .join("/")}`.replace(/\[\w+\]/g, "*"),
    methods: file.endsWith("page.tsx")
      ? ["GET"]
      : all(read(file), /export (?:const|function|async function) ([A-Z]+)\b/g),
  }));

/** As documents write it: `{ref}` and `<token>` match anything, "…" stands for the beginning of an earlier row. */
function answers(method: string, written: string): boolean {
  const [given = "", query = ""] = written.replace(/^<apiUrl>/, "").split("?");
  const path = given.replace(/[{<][^}>]*[}>]/g, "*").replace(/(?<=.)\/$/, "");
  const isOurs = SERVED.some(
    (one) =>
      one.methods.includes(method) && (path.startsWith("…") ? one.path.endsWith(path.slice(1)) : one.path === path),
  );
  return isOurs || routeFor(method, path.replaceAll("*", "key"), new URLSearchParams(query)) !== null;
}

/** Segment's six calls in one path, and what a page says that we do not serve. */
const NOT_REQUESTS = ["/v1/{t,i,p,s,g,a}", "/import/events"];
/** Paths of the reader's site, an issuer, a collector and Next; ends of other paths; paths said not to work. */
const NOT_OURS = [
  "/ping/p.js",
  "/ping/e",
  "/.well-known/openid-configuration",
  "/v1/traces",
  "/_next/static",
  "/config",
  "/analytics",
  "/static/array.js",
];

describe("requests", () => {
  test("every request that they name is answered", () => {
    const requests = DOCUMENTS.flatMap((file) =>
      [...read(file).matchAll(/`(GET|POST|PUT|PATCH|DELETE) ([/…<][^\s`]*)/g)].map(([, method = "", path = ""]) => ({
        file,
        method,
        path,
      })),
    ).filter(({ path }) => !NOT_REQUESTS.includes(path));
    expect(requests.length).toBeGreaterThan(25);
    expect(requests.filter(({ method, path }) => !answers(method, path))).toEqual([]);
  });

  test("every path that they name is served", () => {
    const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];
    const isServed = (path: string) =>
      METHODS.some((method) => answers(method, path)) ||
      isOperationsPath(path) ||
      SERVED.some((one) => one.path.endsWith(path) || one.path.startsWith(`${path}/`)) ||
      [path, path.slice(1)].some((text) => CODE.includes(`"${text}"`) || CODE.includes(`/${text}\``));
    const paths = named(/`(\/[^\s`]*[^\s`/])\/?`/g).filter(({ name }) => !NOT_OURS.includes(name));
    expect(paths.length).toBeGreaterThan(25);
    expect(paths.filter(({ name }) => !isServed(name))).toEqual([]);
  });

  test("a path or a method that does not exist is found", () => {
    expect(answers("DELETE", "/api/v1/profiles/{ref}?dryRun=1")).toBe(true);
    expect(answers("PUT", "/api/v1/profiles/{ref}")).toBe(false);
    expect(answers("GET", "/api/v1/people/{ref}")).toBe(false);
    expect(answers("POST", "…/forget")).toBe(false);
  });
});

test("every page and section of Settings that they name is there", () => {
  const screens = FILES.filter((file) =>
    /^(?:app\/\(app\)\/\[project\]|components)\/settings\/.*(?<!\.test)\.tsx?$/.test(file),
  );
  const text = screens.map(read).join("\n");
  const labels = [...all(text, /title="([^"]+)"/g), ...all(text, /(?:title|label): "([^"]+)"/g)];
  const places = named(/Settings, ([“"]?[A-Z][^.;:)|\n]*)/g);
  expect(places.length).toBeGreaterThan(15);
  const isThere = (name: string) => labels.some((label) => name.replace(/^[“"]/, "").startsWith(label));
  expect(places.filter(({ name }) => !isThere(name))).toEqual([]);
});

/** Quoted, but no text of a screen: a provider's name in one, a title, sentences. */
const NOT_LABELS = ["Log in with Acme ID", "Forecasting Repeat Sales at CDNOW: A Case Study"];

test("every label in quotation marks is on a screen", () => {
  const guides = DOCUMENTS.filter((file) => file.startsWith("docs/") && file !== "docs/asvs.md");
  const prose = (file: string) => read(file).replace(/```[\s\S]*?```|`[^`]*`/g, "");
  const quoted = guides.flatMap((file) => all(prose(file), /[“"]([A-Z][^“”"\n]{2,70}?)[.,…]?(?: …)?[”"]/g));
  expect(quoted.length).toBeGreaterThan(20);
  expect(
    quoted.filter((label) => !CODE.includes(label) && !NOT_LABELS.includes(label)),
    "not in our code: correct the label; put what is no label into backticks, or into NOT_LABELS",
  ).toEqual([]);
});
