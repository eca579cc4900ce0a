import { afterEach, beforeEach, expect, test } from "vitest";
import { limitConsole, logFault, pathForLog } from "./log";

const print = console.error;
const lines: string[] = [];

beforeEach(() => {
  console.error = (line: string) => void lines.push(line);
});
afterEach(() => {
  console.error = print;
  lines.length = 0;
  Reflect.deleteProperty(globalThis, "throughlineFaults");
});

const first = () => lines.map((line) => line.split("\n")[0]);

test("one cause is logged once a minute, with the number of repetitions since", () => {
  for (let i = 0; i < 1000; i++) logFault("a batch failed", new Error(`lost row ${i}`), i * 100);
  expect(first()).toEqual([
    "a batch failed: lost row 0",
    "a batch failed: lost row 600 (and 599 more like it since the last such line)",
  ]);
});

test("different causes get different lines; an unreachable database is one cause, whoever notices", () => {
  logFault("a", new Error("x"), 0);
  logFault("a", new Error("y"), 0);
  logFault("b", new Error("x"), 0);
  const away = Object.assign(new Error(""), { code: "ECONNREFUSED" });
  logFault("facts", Object.assign(new Error("the database system is starting up"), { code: "57P03" }), 0);
  logFault("ingest", new AggregateError([away]), 0);
  logFault("page", new Error("failed", { cause: away }), 0);
  expect(first()).toEqual([
    "a: x",
    "a: y",
    "b: x",
    "The database cannot be reached, first seen by: facts: the database system is starting up (57P03)",
  ]);
});

test("lines and memory stay bounded, however many causes there are, and the next minute has lines again", () => {
  const cause = (i: number) =>
    new Error(String.fromCharCode(97 + (i % 26), 97 + (Math.floor(i / 26) % 26), 97 + Math.floor(i / 676)));
  for (let i = 0; i < 5_000; i++) logFault("x", cause(i), 0);
  expect(lines).toHaveLength(101);
  for (let i = 0; i < 5_000; i++) logFault("x", cause(i), 60_000);
  expect(lines.length).toBeLessThanOrEqual(202);
  expect(lines.length).toBeGreaterThan(150);
});

test("no value of a request reaches the log", () => {
  const secret = "ada@example.com";
  const failures = [
    Object.assign(new Error(`invalid input syntax for type uuid: "${secret}"`), { code: "22P02" }),
    Object.assign(new Error(`time zone '${secret}' not recognized`), { code: "22023" }),
    Object.assign(
      new Error(`\nInvalid \`user.create()\` invocation:\n{ email: "${secret}" }\n\nArgument name is missing.`),
    ),
    ...[`"${secret}`, `{"a":${secret}}`].map((text) => {
      try {
        return JSON.parse(text) as Error;
      } catch (error) {
        return error as Error;
      }
    }),
    { email: secret },
  ];
  for (const [i, error] of failures.entries()) logFault(`read ${"abcdef"[i]}`, error, 0);
  expect(lines).toHaveLength(failures.length);
  for (const part of [secret, "ada@"]) expect(lines.join("\n")).not.toContain(part);
  expect(lines[2]).toContain("Argument name is missing.");
});

test.each([
  ["/api/v1/profiles/u%3Aada/events", "/api/v1/profiles/…"],
  ["/api/v1/profiles/u:ada", "/api/v1/profiles/…"],
  ["/0190a3f0-7f2c-7000-8000-000000000000/users/ada", "/…"],
  ["/api/v1/profiles/ada", "/api/v1/profiles/…"],
  ["/track", "/track"],
  ["/", "/"],
])("%s is logged as %s", (path, kept) => expect(pathForLog(path)).toBe(kept));

test("Next's own error output is rate-limited too; other output passes", () => {
  limitConsole();
  for (let i = 0; i < 50; i++) console.error(" ⨯", Object.assign(new Error("no"), { digest: String(i) }));
  console.error("as it is");
  console.error("as it is");
  expect(first()).toEqual([" ⨯: no", "as it is", "as it is"]);
});
