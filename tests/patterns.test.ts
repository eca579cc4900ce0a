import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type AnyNode, parse } from "acorn";
import { transformSync } from "esbuild";
import { check } from "recheck";
import { expect, test } from "vitest";
import { processorTime } from "./support/processor-time";

/**
 * Every regular expression of the product runs in linear time: a pattern that starts anew at each character and reads
 * on to the end costs a second for 30 KB. All of them are collected from the sources, so new ones are tested
 * automatically. recheck (MIT) searches each for a text on which it is not linear; then each is timed on long
 * repetitive texts. When one fails: cut the text to a short length first, anchor the pattern, or write the loop out
 * (lib/ingest/privacy/mask.ts).
 */
const root = join(import.meta.dirname, "..");

/** Files whose patterns never see long text from outside, and why. */
const SHORT_TEXTS: Record<string, string> = {
  "lib/docs/fences.ts": "reads our own documentation, when the product is built",
  "lib/format/number.ts": "reads the digits of a number",
};

/** Built at run time, from parts that are constants or were validated; the results are tested below. */
const DYNAMIC: Record<string, readonly RegExp[]> = {
  "lib/ingest/dialects/routes.ts": [
    /^\/array\/[\w:-]{1,200}\/config\.js$/,
    /^\/api\/site\/[\w:-]{1,200}\/feature-flags\/evaluate$/,
  ],
  "lib/ingest/privacy/mask.ts": [/[\w~+-]{32,}={0,2}/g],
  "lib/db/reading.ts": [], // reads only our own statements
  // An address, escaped.
  "lib/projects/without-person.ts": [/(?<![\p{L}\p{N}._%+-])ada@mail\.example(?![\p{L}\p{N}-]|\.[\p{L}\p{N}])/giu],
  "lib/projects/origin.ts": [], // from a project's settings, and it sees 300 characters at most
};

type Pattern = { pattern: RegExp; file: string };

function patternsOf(file: string): { literals: Pattern[]; dynamic: number } {
  const source = readFileSync(join(root, file), "utf8");
  const loader = file.endsWith("x") ? "tsx" : "ts";
  const { code } = transformSync(source, { loader, jsx: "automatic", format: "esm", target: "esnext" });
  const literals: Pattern[] = [];
  let dynamic = 0;
  const walk = (node: AnyNode): void => {
    if (node.type === "Literal" && node.regex) {
      literals.push({ pattern: new RegExp(node.regex.pattern, node.regex.flags), file });
    }
    if (node.type === "NewExpression" && node.callee.type === "Identifier" && node.callee.name === "RegExp") dynamic++;
    for (const child of Object.values(node)) {
      for (const each of Array.isArray(child) ? child : [child]) {
        if (typeof each === "object" && each !== null && "type" in each) walk(each as AnyNode);
      }
    }
  };
  walk(parse(code, { ecmaVersion: "latest", sourceType: "module" }));
  return { literals, dynamic };
}

const files = execFileSync(
  "git",
  [
    "ls-files",
    "-co",
    "--exclude-standard",
    "lib/**/*.ts",
    "app/**/*.ts*",
    "components/**/*.ts*",
    "sdk/**/*.ts",
    "server.ts",
    "proxy.ts",
  ],
  { cwd: root, encoding: "utf8" },
)
  .trim()
  .split("\n")
  .filter((file) => !/\.test\.tsx?$/.test(file) && !(file in SHORT_TEXTS));

const found = files.map((file) => ({ file, ...patternsOf(file) }));
const literals = found.flatMap((one) => one.literals);
const dynamic = Object.entries(DYNAMIC).flatMap(([file, patterns]) => patterns.map((pattern) => ({ pattern, file })));
const all = [...new Map([...literals, ...dynamic].map((one) => [String(one.pattern), one])).values()];

test("every pattern is found, and those built at run time are listed", () => {
  expect(all.length).toBeGreaterThan(120);
  expect(
    found
      .filter((one) => one.dynamic > 0)
      .map((one) => one.file)
      .sort(),
  ).toEqual(Object.keys(DYNAMIC).sort());
});

test("no pattern has an input on which it is worse than linear", { timeout: 300_000 }, async () => {
  const worse: string[] = [];
  for (const { pattern, file } of all) {
    const found = await check(pattern.source, pattern.flags.replace(/[dv]/g, ""), { timeout: 20_000 });
    // "unknown" is a search that ran out of time, as on a busy machine: the timing below still holds it.
    if (found.status === "vulnerable") worse.push(`${file}: ${pattern} on ${found.attack.pattern.slice(0, 200)}`);
  }
  expect(worse).toEqual([]);
});

/** Texts that keep a pattern busy: what it itself names, over and over, with and without something that spoils the end. */
function worstShapes({ source }: RegExp): string[] {
  const named = source
    .replaceAll(/\\[a-zA-Z]|[[\](){}|?*+^$]/g, " ")
    .replaceAll("\\", "")
    .split(/\s+/);
  const units = new Set(["a", "0", " ", "/", "-", ".", "%", "\t", "\n", "A-", "a.", "a=", "-eyJ", "a@", ...named]);
  return [...units].filter((unit) => unit !== "").slice(0, 24);
}

test("each pattern's time grows no faster than its input", { timeout: 300_000 }, () => {
  const worse: string[] = [];
  for (const { pattern, file } of all) {
    for (const unit of worstShapes(pattern)) {
      const time = (length: number) => {
        const text = `${unit.repeat(Math.ceil(length / unit.length)).slice(0, length)}\0`;
        return processorTime(() => text.replace(pattern, ""));
      };
      time(1_000);
      // A quadratic one takes 64 times as long for eight times the text; a linear one eight times, and microseconds.
      const isWorse = () => {
        const [short, long] = [time(4_000), time(32_000)];
        return long > 4_000 && long > 24 * Math.max(short, 200);
      };
      // Measured again, as garbage may be collected just then: a slow pattern is slow each time.
      if (isWorse() && isWorse() && isWorse()) worse.push(`${file}: ${pattern} on ${JSON.stringify(unit)}`);
    }
  }
  expect(worse).toEqual([]);
});
