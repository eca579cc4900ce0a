import { expect, test } from "vitest";
import type { Pool } from "@/lib/db/pool";
import { newId } from "@/lib/ids";
import { maskedText, reading } from "@/lib/reading/reading";
import { jobReader, SEES_MASKED } from "@/lib/scope";

const projectId = newId();

test.each([
  ["SELECT * FROM profiles p", "SELECT * FROM masked_profiles p"],
  [
    "SELECT * FROM\n  events e LEFT JOIN identities i ON true",
    "SELECT * FROM\n  masked_events e LEFT JOIN masked_identities i ON true",
  ],
  ["SELECT events FROM person_events", "SELECT events FROM person_events"],
  ["SELECT * FROM profile_stats t, unnest($1) events", "SELECT * FROM profile_stats t, unnest($1) events"],
  ["DECLARE c CURSOR FOR SELECT name from profile_facts", "DECLARE c CURSOR FOR SELECT name from masked_profile_facts"],
])("%s", (given, masked) => expect(maskedText(given)).toBe(masked));

/** A pool that records its statements: the text, or all of a prepared one. */
function recorder() {
  const statements: unknown[] = [];
  const query = async (asking: string | { text: string; name?: string }) => {
    statements.push(typeof asking === "string" || asking.name ? asking : asking.text);
    return { rows: [] };
  };
  return { statements, db: { query, connect: async () => ({ query, release: () => {} }) } as unknown as Pool };
}

test("full sight reads the tables, masked sight the views: also over a connection, and as a prepared statement", async () => {
  const { statements, db } = recorder();
  expect(reading(jobReader(projectId), db)).toBe(db);
  const masked = reading({ projectId, sight: SEES_MASKED }, db);
  await masked.query("SELECT FROM notes");
  await masked.query({ name: "a", text: "SELECT FROM notes WHERE $1", values: [1] });
  const tx = await masked.connect();
  await tx.query("SELECT FROM notes");
  tx.release();
  // Each in a transaction with a time limit; on a connection its borrower sees to that.
  const limit = ["BEGIN", expect.objectContaining({ values: [["statement_timeout"], ["30000"]] })];
  expect(statements).toEqual([
    ...limit,
    "SELECT FROM masked_notes",
    "COMMIT",
    ...limit,
    { name: "a-masked", text: "SELECT FROM masked_notes WHERE $1", values: [1] },
    "COMMIT",
    "SELECT FROM masked_notes",
  ]);
});
