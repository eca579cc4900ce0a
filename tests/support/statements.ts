import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fingerprintSync, loadModule } from "libpg-query";
import pg from "pg";
import { root } from "../../scripts/root";
import { type Ran, STATEMENTS } from "../../scripts/statements/ran";

/**
 * Records every statement that the database tests run, once per fingerprint, for `scripts/statements.ts`, which proves
 * that each stays within one project. A test's own statements are recognised by their caller.
 */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** Frames between a statement's author and here. */
const BETWEEN = /node_modules|node:|tests\/support\/statements\.ts|lib\/(?:db\/pool|reading\/reading)\.ts/;
const FRAMES = 30;

/** Of each text, which of its parameters were equal. */
type Seen = { texts: Map<string, Set<string>>; fingerprints: Set<string> };
const shared = globalThis as typeof globalThis & { testStatements?: Seen };

/** Starts to record what this worker's connections run. Only the first call does anything. */
export async function collectStatements(): Promise<void> {
  if (shared.testStatements) return;
  shared.testStatements = { texts: new Map(), fingerprints: new Set() };
  await loadModule();
  listenTo(pg.Client.prototype);
  // A pool runs a statement once it has a connection, when its caller is no longer on the stack.
  listenTo(pg.Pool.prototype);
}

type Query = (...args: unknown[]) => unknown;

function listenTo(prototype: object): void {
  const target = prototype as { query: Query };
  const { query } = target;
  target.query = function (this: unknown, ...args: unknown[]) {
    const ran = statementIn(args);
    if (ran) note(ran.text, ran.values);
    return query.apply(this, args);
  };
}

/** A string with values, a configuration, or a cursor or stream that holds one. */
function statementIn([first, second]: unknown[]): { text: string; values: unknown[] } | null {
  const values = Array.isArray(second) ? second : [];
  if (typeof first === "string") return { text: first, values };
  if (typeof first !== "object" || first === null) return null;
  const given = first as { text?: unknown; values?: unknown; cursor?: { text?: unknown; values?: unknown } };
  const { text, values: own } = given.cursor ?? given;
  return typeof text === "string" ? { text, values: Array.isArray(own) ? own : values } : null;
}

function note(text: string, values: readonly unknown[]): void {
  const seen = shared.testStatements as Seen;
  const same = equalIds(values);
  // By the text alone, which keeps its hash: a run has 700,000 statements of some thousand texts.
  const known = seen.texts.get(text);
  const key = same.join();
  if (known?.has(key)) return;
  if (known) known.add(key);
  else seen.texts.set(text, new Set([key]));
  const from = caller();
  const print = `${printOf(text)} ${same} ${from}`;
  if (seen.fingerprints.has(print)) return;
  seen.fingerprints.add(print);
  const ran: Ran = { text, same, from };
  mkdirSync(STATEMENTS, { recursive: true }); // another run in this clone may have removed it
  appendFileSync(join(STATEMENTS, `${process.pid}-${process.env.VITEST_POOL_ID}.jsonl`), `${JSON.stringify(ran)}\n`);
}

/** A test may run what no parser accepts, to see it fail. */
function printOf(text: string): string {
  try {
    return fingerprintSync(text);
  } catch {
    return text;
  }
}

function equalIds(values: readonly unknown[]): number[] {
  const first = new Map<string, number>();
  return values.map((value, at) => {
    if (typeof value !== "string" || !UUID.test(value)) return at + 1;
    const known = first.get(value.toLowerCase());
    if (known !== undefined) return known;
    first.set(value.toLowerCase(), at + 1);
    return at + 1;
  });
}

function caller(): string | null {
  const { stackTraceLimit, prepareStackTrace } = Error;
  Error.stackTraceLimit = FRAMES;
  // Only the files, without the lines that source maps would give them.
  Error.prepareStackTrace = (_error, sites) => sites.map((site) => site.getFileName() ?? "");
  const files = new Error().stack as unknown as string[];
  Object.assign(Error, { stackTraceLimit, prepareStackTrace });
  const file = files.find((one) => one.includes(root) && !BETWEEN.test(one));
  return file?.match(/(?:lib|app|components|scripts|tests|bench)\/[\w./()[\]-]+\.tsx?/)?.[0] ?? null;
}
