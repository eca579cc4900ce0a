import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";

export const ROOT = join(import.meta.dirname, "../..");

/** Every script and module of the repository, tracked or new, as paths from its root. */
export const files: readonly string[] = execFileSync(
  "git",
  ["ls-files", "-co", "--exclude-standard", "*.ts", "*.tsx", "*.mjs"],
  { cwd: ROOT, encoding: "utf8" },
)
  .trim()
  .split("\n")
  .filter((path) => existsSync(join(ROOT, path)));

const knownFiles = new Set(files);
const texts = new Map(files.map((path) => [path, readFileSync(join(ROOT, path), "utf8")]));

export const isTest = (path: string): boolean => /^tests\/|^bench\/|\.test\.tsx?$/.test(path);

/** Code that runs in production: everything except tests, benchmarks and scripts. */
export const sources: readonly string[] = files.filter(
  (path) => /^(lib|components|app|sdk)\/|^(server|proxy|instrumentation-client)\.ts$/.test(path) && !isTest(path),
);

export const readSource = (path: string): string => texts.get(path) ?? "";

export const linesOf = (path: string): number => readSource(path).split("\n").length - 1;

/** Computes each file's result once, as dozens of rules use it. */
export function perFile<Answer>(answerOf: (path: string) => Answer): (path: string) => Answer {
  const answers = new Map<string, Answer>();
  return (path) => {
    const answer = answers.get(path) ?? answerOf(path);
    answers.set(path, answer);
    return answer;
  };
}

/** Without comments, so that a comment may mention what a rule forbids. */
export const codeOf = perFile((path) => readSource(path).replace(/\/\*[\s\S]*?\*\/|(?<![:"'`])\/\/.*$/gm, ""));

/** Paths within the project that a file imports, for values or types, resolved to files where possible. */
export const importsOf = perFile((path): readonly string[] => {
  const specifiers = [...codeOf(path).matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"((?:@\/|\.)[^"]*)"/g)];
  return specifiers.map(([, to = ""]) =>
    resolve(to.startsWith("@/") ? to.slice(2) : posix.join(posix.dirname(path), to)),
  );
});

function resolve(path: string): string {
  const endings = ["", ".ts", ".tsx", ".mjs", "/index.ts"];
  return endings.map((ending) => path + ending).find((file) => knownFiles.has(file)) ?? path;
}
