import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CodeFlow, isTool, readFlows } from "./flows";

const root = mkdtempSync(join(tmpdir(), "throughline-flows-"));
const CODE: Record<string, string> = {
  "tsconfig.json": `{ "compilerOptions": { "module": "esnext", "moduleResolution": "bundler", "strict": true } }`,
  "app/route.ts": `
    import { Queue } from "../lib/queue";
    import { parse } from "../lib/parse";
    import { removed } from "../app/actions";
    export const POST = async (text: string) => [removed].length && new Queue(parse).submit(text);`,
  "app/actions.ts": `"use server";\nimport { far } from "../lib/far";\nexport const removed = () => far();`,
  "lib/parse.ts": `
    import { LIMIT } from "./limits";
    import type { Shape } from "./shape";
    export const parse = (text: string): Shape => clean(text);
    const clean = (text: string) => text.slice(0, LIMIT);
    export const again = (text: string) => text.trim();`,
  "lib/limits.ts": "export const LIMIT = 5;",
  "lib/shape.ts": "export type Shape = string; export const shapeOf = () => 1;",
  "lib/queue.ts": `
    import { again } from "./parse";
    import { store } from "./store";
    export class Queue {
      constructor(private readonly read: (text: string) => string) {}
      submit(text: string) { return store(again(this.read(text))); }
      idle() { return unused(); }
    }
    import { unused } from "./unused";`,
  "lib/store.ts": "export function store(text: string) { return text; }",
  "lib/unused.ts": "export function unused() { return 1; }",
  "lib/far.ts": "export function far() { return 1; }",
};
const flow = (file: string, name: string, more: Partial<CodeFlow> = {}): CodeFlow => ({
  name,
  entry: { file, function: name },
  ...more,
});

beforeAll(() => {
  for (const [path, text] of Object.entries(CODE)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
});
afterAll(() => rmSync(root, { recursive: true }));

test("a flow enters files in the order its functions refer to each other, and counts returns", () => {
  const [whole, part, guarded] = readFlows(
    [
      flow("app/route.ts", "POST", { landmark: { name: "the store", function: "store" } }),
      flow("app/route.ts", "POST", { except: /store/ }),
      flow("app/route.ts", "POST", { guard: /queue/ }),
    ],
    root,
  );
  // Not the types, the constant, the method nobody calls, or the server action.
  expect(whole?.files).toEqual(["app/route.ts", "lib/queue.ts", "lib/parse.ts", "lib/store.ts"]);
  expect(whole?.returns).toEqual([
    { from: "app/route.ts", to: "lib/queue.ts", function: "submit" },
    { from: "lib/queue.ts", to: "lib/parse.ts", function: "again" },
  ]);
  expect(whole?.toLandmark).toEqual({ files: whole?.files, returns: whole?.returns.slice(0, 1) }); // `store(again(…))`
  expect(part?.files).toEqual(["app/route.ts", "lib/queue.ts", "lib/parse.ts"]);
  expect(part?.visits.map((visit) => visit.function)).toEqual(["POST", "Queue", "parse", "clean", "submit", "again"]);
  expect(guarded?.files).toEqual(["app/route.ts", "lib/queue.ts", "lib/parse.ts"]); // the store is behind the queue
});

test("an entry that is gone is named", () => {
  expect(() => readFlows([flow("lib/store.ts", "load")], root)).toThrow("lib/store.ts has no function load any more");
});

test("shared utilities are separated from the files of a flow", () => {
  const tools = ["lib/db/pool.ts", "lib/reading/reading.ts", "lib/ids.ts", "lib/format/time.ts", "lib/trace/span.ts"];
  expect([...tools, "lib/lru.ts"].every(isTool)).toBe(true);
  expect(["lib/ids/new.ts", "lib/identity/runs.ts", "app/lib/db/pool.ts"].some(isTool)).toBe(false);
});
