import type pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { testDatabase } from "../support/database";
import { runRandomSequence } from "./run";

/**
 * P8, negative controls: prove that the engine's tests can fail. With a lock removed, or taken in any order, eight
 * concurrent writers must show why the lock is needed. Statements are rewritten on their way to Postgres.
 */
const WRITERS = 8;
const OPERATIONS = 60;
const STREAM_LOCK = /\bseen_users::text, contended FROM identities[\s\S]*FOR NO KEY UPDATE/;

let db: pg.Pool;
beforeEach(() => {
  db = testDatabase(WRITERS + 2).pool;
});
afterEach(() => db.end());

type Query = { text: string; name?: string };

/** Rewrites every statement of the pool; counts the rewritten ones. */
function rewrite(change: (text: string) => string): { count: number } {
  const changed = { count: 0 };
  db.on("connect", (client) => {
    const original = client.query.bind(client) as (query: unknown, ...rest: unknown[]) => unknown;
    const patched = (query: string | Query, ...rest: unknown[]) => {
      const text = typeof query === "string" ? query : query.text;
      const next = change(text);
      if (next === text) return original(query, ...rest);
      changed.count++;
      if (typeof query === "string") return original(next, ...rest);
      // A copy without its prepared name, which belongs to the original text. `text` is a getter of the tag's class.
      return original({ text: next, values: (query as { values?: unknown[] }).values }, ...rest);
    };
    Object.assign(client, { query: patched });
  });
  return changed;
}

async function deadlocks(): Promise<number> {
  await db.query("SELECT pg_stat_force_next_flush()").catch(() => {}); // Postgres 15 and later
  const { rows } = await db.query("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()");
  return Number(rows[0].deadlocks);
}

/** Differences from the model over a few dozen sequences, until there are some. Batches that fail do not count. */
async function mismatches(sequences: number): Promise<string[]> {
  for (let seed = 9_000; seed < 9_000 + sequences; seed++) {
    const found = await runRandomSequence(db, seed, OPERATIONS, WRITERS).catch(() => []);
    if (found.length > 0) return found;
  }
  return [];
}

test("without the lock on streams the numbers go wrong", async () => {
  const changed = rewrite((text) => (STREAM_LOCK.test(text) ? text.replace("FOR NO KEY UPDATE", "") : text));
  expect(await mismatches(60)).not.toEqual([]);
  expect(changed.count).toBeGreaterThan(0);
});

test("an equivalent rewrite changes nothing: the missing lock causes the failure, not the rewriting", async () => {
  const changed = rewrite((text) => (STREAM_LOCK.test(text) ? `${text} -- unchanged` : text));
  expect(await mismatches(5)).toEqual([]);
  expect(changed.count).toBeGreaterThan(0);
});

test("with locks taken in any order writers deadlock", async () => {
  const changed = rewrite((text) =>
    text.replace(/ORDER BY id FOR NO KEY UPDATE/, "ORDER BY random() FOR NO KEY UPDATE"),
  );
  const before = await deadlocks();
  let found = 0;
  for (let seed = 9_000; seed < 9_040 && found === 0; seed++) {
    // If five attempts were not enough, the error itself counts as one.
    await runRandomSequence(db, seed, OPERATIONS, WRITERS).catch(() => {});
    found = (await deadlocks()) - before;
  }
  expect(changed.count).toBeGreaterThan(0);
  expect(found).toBeGreaterThan(0);
});
