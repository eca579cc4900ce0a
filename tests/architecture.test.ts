import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { circlesIn } from "../scripts/structure/circles";
import { FLOWS } from "../scripts/structure/flows";
import { heightOf, LAYERS, unitOf } from "../scripts/structure/layers";
import { code, files, importsOf, isTest, linesOf, ROOT, read, sources } from "../scripts/structure/sources";

/** The rules that keep the code as docs/architecture.md shows it; who may import whom is in scripts/structure/layers.ts. */

const MAX_SOURCE_LINES = 300;
const MAX_TEST_LINES = 500;

const offenders = (paths: readonly string[], pattern: RegExp) => paths.filter((path) => pattern.test(code(path)));

test("there is something to check", () => {
  expect(sources.length).toBeGreaterThan(50);
});

test("every folder of the code has its place among the layers", () => {
  const known: string[] = [...LAYERS.flat(), "sdk"];
  expect([...new Set(sources.map(unitOf))].filter((unit) => !known.includes(unit))).toEqual([]);
});

test("a file imports from its own folder and from lower layers only", () => {
  const height = (path: string) => heightOf(unitOf(path)) ?? -1;
  const wrong = sources
    .filter((path) => unitOf(path) !== "sdk")
    .flatMap((path) =>
      importsOf(path)
        .filter((to) => unitOf(to) !== unitOf(path) && height(to) >= height(path))
        .concat(importsOf(path).filter((to) => height(to) === -1 && !to.endsWith(".css")))
        .map((to) => `${path} imports ${to}`),
    );
  expect(wrong).toEqual([]);
});

test("no files import each other in a circle, types included", () => {
  const circles = circlesIn(files, importsOf).map((group) => group.join(" ↔ "));
  expect(circles, "move what both need into a file that imports neither").toEqual([]);
});

test("the browser SDK imports nothing outside itself", () => {
  const wrong = sources
    .filter((path) => path.startsWith("sdk/"))
    .flatMap((path) => importsOf(path).filter((to) => unitOf(to) !== "sdk"));
  expect(wrong).toEqual([]);
});

test("one file reads the environment", () => {
  expect(offenders(sources, /process\.env|process\["env"\]|import\.meta\.env/)).toEqual(["lib/config.ts"]);
});

test("what fails is logged through the one helper that bounds the log", () => {
  const ours = sources.filter((path) => !path.startsWith("sdk/"));
  const loud = offenders(ours, /\bconsole\.(?:error|log|info|debug)\b/);
  expect(loud).toEqual(["lib/faults/log.ts", "server.ts"]); // the server hushes what Next says at its start
});

test("only requireMember and requireClient make a Scope", () => {
  expect(
    offenders(sources, /\bgrantScope\(/).filter((path) => !/^lib\/(scope\.ts$|auth\/|projects\/)/.test(path)),
  ).toEqual([]);
});

test("SQL lives in store and queries files", () => {
  const elsewhere = sources.filter((path) => !/(^|[/.-])(store|queries)[.-]/.test(path) && path !== "lib/db/pool.ts");
  // Savepoints and the like carry no data and belong to whoever holds the transaction.
  const statement = /\bsql`|\bprisma\(\)\.(?!\$)|\.query\(\s*(?!["'`](?:SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT)\b)/;
  expect(offenders(elsewhere, statement)).toEqual([]);
});

test("SQL texts are static: values are bound, never pasted in", () => {
  const pasted = /\.query\(\s*`[^`]*\$\{|\bPrisma\.raw\(|\$(?:query|execute)RawUnsafe\(/;
  expect(offenders(sources, pasted)).toEqual([]);
});

test("the generated Prisma client is used in lib only", () => {
  const users = files.filter((path) => importsOf(path).some((to) => to.startsWith("lib/db/generated")));
  expect(users.filter((path) => !path.startsWith("lib/"))).toEqual([]);
});

test("every script of package.json works on a fresh clone: it enters through a file that installs and generates what it needs", () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const ENTRY = /^(?:exec )?node (scripts\/(?:start|test|tool)\.mjs)(?: |$)/;
  const steps = Object.entries(scripts).flatMap(([name, script]) =>
    script.split(" && ").map((step) => ({ name, step })),
  );
  expect(steps.length).toBeGreaterThan(10);
  expect(steps.filter(({ step }) => !ENTRY.test(step))).toEqual([]);
  for (const entry of new Set(steps.map(({ step }) => ENTRY.exec(step)?.[1] ?? ""))) {
    // Before the install there is nothing but Node, and what imports nothing else.
    const imports = [...read(entry).matchAll(/^import .* from "([^"]+)"/gm)].map((match) => match[1] ?? "");
    expect(
      imports.filter((name) => !/^node:|^\.\/install\.mjs$/.test(name)),
      entry,
    ).toEqual([]);
    expect(read(entry), entry).toContain("await installIfStale()");
  }
  const named = steps.flatMap(({ step }) => /tool\.mjs (\S+)/.exec(step)?.[1] ?? []);
  const path = (name: string) => (name.includes("/") ? name : `scripts/${name}.ts`);
  expect(named.filter((name) => !["vitest", "playwright"].includes(name) && !files.includes(path(name)))).toEqual([]);
});

test("the flows that `npm run structure` reads begin where they are said to", () => {
  const gone = FLOWS.filter(
    ({ entry }) => !new RegExp(`\\b(?:function|const) ${entry.function}\\b`).test(read(entry.file)),
  );
  expect(
    gone.map(({ entry }) => entry),
    "say the new entry in scripts/structure/flows.ts",
  ).toEqual([]);
});

test("a file is short enough to read", () => {
  const long = files
    .filter((path) => !path.startsWith("components/ui/"))
    .map((path) => ({ path, lines: linesOf(path) }))
    .filter(({ path, lines }) => lines > (isTest(path) ? MAX_TEST_LINES : MAX_SOURCE_LINES));
  expect(long).toEqual([]);
});

test("no file only passes others' exports on", () => {
  const barrels = offenders(
    sources.filter((path) => !path.startsWith("sdk/")),
    /^export \* from /m,
  );
  expect(barrels).toEqual([]);
});

test("no test is skipped, focused or left for later", () => {
  const words = ["skip", "only", "todo", "fixme", "skipIf", "runIf", "fails"].join("|");
  const pattern = new RegExp(`\\b(?:test|it|describe)(?:\\.\\w+)*\\.(?:${words})\\b`);
  expect(offenders(files.filter(isTest), pattern)).toEqual([]);
});
