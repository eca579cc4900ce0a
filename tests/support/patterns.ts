import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type AnyNode, parse } from "acorn";
import { transformSync } from "esbuild";

/** Every regular expression of the product, collected from the sources, so that new ones are tested automatically. */
const root = join(import.meta.dirname, "../..");

/** Files whose patterns never see long text from outside, and why. */
const SHORT_TEXTS: Record<string, string> = {
  "lib/docs/fences.ts": "reads our own documentation, when the product is built",
  "lib/docs/search.ts": "reads our own documentation, and the first 100 characters of a query",
  "lib/docs/sections.ts": "reads our own documentation",
  "lib/format/number.ts": "reads the digits of a number",
  "lib/http/csp.ts": "reads the pages that our build wrote",
};

/** Built at run time, from parts that are constants or were validated; the results are tested too. */
export const DYNAMIC: Record<string, readonly RegExp[]> = {
  "lib/ingest/dialects/routes.ts": [
    /^\/array\/[\w:-]{1,200}\/config\.js$/,
    /^\/api\/site\/[\w:-]{1,200}\/feature-flags\/evaluate$/,
  ],
  "lib/ingest/privacy/mask.ts": [/[\w~+-]{32,}={0,2}/g],
  "lib/reading/reading.ts": [], // reads only our own statements
  // An address, escaped.
  "lib/privacy/erase.ts": [/(?<![\p{L}\p{N}._%+-])ada@mail\.example(?![\p{L}\p{N}-]|\.[\p{L}\p{N}])/giu],
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

export const foundPatterns = files.map((file) => ({ file, ...patternsOf(file) }));
const literals = foundPatterns.flatMap((one) => one.literals);
const dynamic = Object.entries(DYNAMIC).flatMap(([file, patterns]) => patterns.map((pattern) => ({ pattern, file })));
export const allPatterns = [...new Map([...literals, ...dynamic].map((one) => [String(one.pattern), one])).values()];
