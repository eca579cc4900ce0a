import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";

export const ROOT = join(import.meta.dirname, "../..");

export type Checkout = {
  /** Every script and module, tracked or new, as paths from the root. */
  files: readonly string[];
  readSource: (path: string) => string;
  linesOf: (path: string) => number;
  /** Without comments, so that a comment may mention what a rule forbids. */
  codeOf: (path: string) => string;
  /** Paths within the project that a file imports, for values or types, resolved to files where possible. */
  importsOf: (path: string) => readonly string[];
};

/** The code below a folder, read at once. */
export function checkout(root: string): Checkout {
  const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "*.ts", "*.tsx", "*.mjs", "*.js"], {
    cwd: root,
    encoding: "utf8",
  })
    .trim()
    .split("\n")
    .filter((path) => existsSync(join(root, path)));
  const texts = new Map(files.map((path) => [path, readFileSync(join(root, path), "utf8")]));
  const readSource = (path: string): string => texts.get(path) ?? "";
  const codeOf = perFile((path) => readSource(path).replace(/\/\*[\s\S]*?\*\/|(?<![:"'`])\/\/.*$/gm, ""));
  const resolve = (path: string): string => {
    const endings = ["", ".ts", ".tsx", ".mjs", "/index.ts"];
    return endings.map((ending) => path + ending).find((file) => texts.has(file)) ?? path;
  };
  const importsOf = perFile((path): readonly string[] => {
    const specifiers = [...codeOf(path).matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"((?:@\/|\.)[^"]*)"/g)];
    return specifiers.map(([, to = ""]) =>
      resolve(to.startsWith("@/") ? to.slice(2) : posix.join(posix.dirname(path), to)),
    );
  });
  return { files, readSource, linesOf: (path) => readSource(path).split("\n").length - 1, codeOf, importsOf };
}

export const { files, readSource, linesOf, codeOf, importsOf } = checkout(ROOT);

export const isTest = (path: string): boolean => /^tests\/|^bench\/|\.test\.tsx?$/.test(path);

/** Code that runs in production: everything except tests, benchmarks and scripts. */
export const sources: readonly string[] = files.filter(
  (path) => /^(lib|components|app|sdk)\/|^(server|proxy|instrumentation-client)\.ts$/.test(path) && !isTest(path),
);

/** Computes each file's result once, as dozens of rules use it. */
export function perFile<Answer>(answerOf: (path: string) => Answer): (path: string) => Answer {
  const answers = new Map<string, Answer>();
  return (path) => {
    const answer = answers.get(path) ?? answerOf(path);
    answers.set(path, answer);
    return answer;
  };
}
