import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { VerifiedMember } from "@/lib/auth/members.queries";
import { signUp, verifyCredentials } from "@/lib/auth/members.store";
import { startSession } from "@/lib/auth/session";
import * as faults from "@/lib/faults/log";
import { IDLE } from "@/lib/http/form";
import { grantScope } from "@/lib/scope";
import { createSegment } from "@/lib/segments/segments.store";
import { asServer, send, serveIngest } from "../ingest/support";
import { argumentsOf } from "../support/action-arguments";
import { browser } from "../support/browser";

/**
 * Anybody with a session may call a server action with anything: each answers with a sentence, or redirects. The
 * actions are read from the source, so new ones are tested automatically.
 */
const logged = vi.spyOn(faults, "logFault");

const ROOT = join(import.meta.dirname, "../..");
const HALF = "\ud800";
const TEXTS = ["\0", `a${HALF}b`, "x".repeat(100_000), "__proto__", "1e400", "-1", '{"a":', "[[[[", "%00", "null"];
const WRONG: unknown[] = [
  ...TEXTS,
  null,
  undefined,
  {},
  [],
  ["\0"],
  0,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  2 ** 60,
  true,
  { toString: 1 },
  JSON.parse('{"__proto__": {"toString": 1}}'),
  new Date(Number.NaN),
  new File(["x"], "x"),
  new FormData(),
];

type Action = (...given: unknown[]) => Promise<unknown>;
type Found = { file: string; name: string; kind: "action" | "arguments"; fields: string[] };

const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "*.ts", "*.tsx"], {
  cwd: ROOT,
  encoding: "utf8",
})
  .trim()
  .split("\n")
  .filter((file) => /^["']use server["']/m.test(readFileSync(join(ROOT, file), "utf8")) && !file.startsWith("tests/"));

const found: Found[] = files.flatMap((file) => {
  const source = readFileSync(join(ROOT, file), "utf8");
  const fields = [...new Set([...source.matchAll(/text\(form, "(\w+)"\)/g)].map(([, field = ""]) => field))];
  return [...source.matchAll(/export const (\w+) = (formAction|readAction|changeAction)\(/g)].map(
    ([, name = "", by]) => ({
      file,
      name,
      kind: by === "formAction" ? "action" : "arguments",
      fields,
    }),
  );
});

const ingest = serveIngest();
let projectId: string;
let member: VerifiedMember;
/** Valid arguments of forms and actions, by the name of the field or the position of the argument. */
let good: Record<string, string>;

beforeAll(async () => {
  const made = await signUp({
    email: "owner@example.com",
    password: "correct horse battery",
    name: "Owner",
    projectName: "Shop",
  });
  projectId = made.projectId;
  // Once: checking a password is slow by design.
  member = (await verifyCredentials("owner@example.com", "correct horse battery")) as VerifiedMember;
  const payload = { profileId: "ada", firstName: "Ada" };
  await send(`${ingest.url()}/api/track`, { type: "identify", payload }, asServer(made.write));
  const scope = grantScope(projectId, "system:test");
  const segmentId = await createSegment(scope, { name: "List", rule: null });
  good = {
    projectId,
    segmentId,
    ref: "u:ada",
    group: "project",
    name: "Name",
    filter: "and(prop(plan,text,is,pro))",
    correction: JSON.stringify({ kind: "alias", pairs: [["ada", "bob"]] }),
    list: "accounts",
    layout: JSON.stringify({ columns: [], pinned: [], widths: {} }),
    recognition: "device",
    search: "ada",
    mode: "read",
  };
});
beforeEach(async () => {
  logged.mockClear();
  browser.cookies.clear();
  await startSession(member, "x");
});

const loaded = async ({ file, name }: Found): Promise<Action> =>
  (await import(/* @vite-ignore */ join(ROOT, file)))[name];

/** Calls an action; returns its answer, or "led elsewhere" for Next's redirect and notFound. */
async function call(run: Action, given: unknown[]): Promise<unknown> {
  try {
    return await run(...given);
  } catch (error) {
    const { digest } = error as { digest?: string };
    if (typeof digest === "string" && digest.startsWith("NEXT_")) return "led elsewhere";
    throw error;
  }
}

function expectWords(answer: unknown, label: string): void {
  expect(
    logged.mock.calls.map(([where, error]) => `${where}: ${error}`),
    label,
  ).toEqual([]);
  if (typeof answer !== "object" || answer === null) return;
  const { code, message } = answer as { code?: string; message?: string };
  expect(code, label).not.toBe("internal");
  if (message !== undefined) expect(message, label).toMatch(/^[A-Z0-9“].*[.?]$/s);
}

test("every server action goes through one of the wrappers", () => {
  expect(found.length).toBeGreaterThan(20);
  const exported = files.flatMap((file) =>
    [...readFileSync(join(ROOT, file), "utf8").matchAll(/^export (?:async function|const|let|function) (\w+)/gm)].map(
      ([, name = ""]) => name,
    ),
  );
  const wrapped = found.map(({ name }) => name);
  // It takes no arguments.
  expect(exported.filter((one) => !wrapped.includes(one))).toEqual(["logOutAction"]);
});

const forms = found.filter(({ kind }) => kind === "action");
test.each(forms)("$name answers a form with any values with a readable message", async (action) => {
  const run = await loaded(action);
  for (const field of action.fields) {
    for (const value of TEXTS) {
      const form = new FormData();
      for (const other of action.fields) if (good[other] !== undefined) form.set(other, good[other]);
      form.set(field, value);
      expectWords(await call(run, [IDLE, form]), `${field}: ${JSON.stringify(value.slice(0, 40))}`);
    }
  }
});

test.each(forms)("$name answers anything but a form with a readable message", async (action) => {
  const run = await loaded(action);
  for (const value of WRONG) expectWords(await call(run, [value, value]), String(JSON.stringify(value)).slice(0, 60));
});

test.each(found.filter(({ kind }) => kind === "arguments"))(
  "$name answers any argument with a readable message",
  async (action) => {
    const run = await loaded(action);
    const rightly = argumentsOf(action.name, projectId);
    const places = rightly.flatMap((argument, at): [number, string | null][] => [
      [at, null],
      ...(typeof argument === "object" && argument !== null
        ? Object.keys(argument).map((key): [number, string] => [at, key])
        : []),
    ]);
    for (const [at, key] of places) {
      for (const value of WRONG) {
        const wrong = key === null ? value : { ...(rightly[at] as object), [key]: value };
        const given = rightly.with(at, wrong);
        expectWords(
          await call(run, given),
          `${at}${key ? `.${key}` : ""}: ${String(JSON.stringify(value)).slice(0, 60)}`,
        );
      }
    }
    for (const given of [[], [null], WRONG]) expectWords(await call(run, given), "other arguments");
  },
);
