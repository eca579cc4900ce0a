import { expect, test } from "vitest";
import { statementSummary } from "./summary";

test("a statement is named after its verb and first table, never by a value in it", () => {
  const cases = {
    "SELECT person FROM profile_facts WHERE project_id = $1": "SELECT profile_facts",
    "  INSERT INTO events (id)\nSELECT id FROM unnest($1::uuid[])": "INSERT events",
    "UPDATE ONLY spans SET owner = $2": "UPDATE spans",
    "WITH wanted AS (SELECT 1) DELETE FROM sessions USING wanted": "SELECT sessions",
    "BEGIN; SET LOCAL jit = off": "BEGIN",
    COMMIT: "COMMIT",
    "SELECT 'o''clock from ada' AS text FROM identities": "SELECT identities",
    "-- from ada\nSELECT 1": "SELECT",
    "ANALYZE events": "ANALYZE events",
    "": "statement",
  };
  for (const [text, summary] of Object.entries(cases)) expect(statementSummary(text), text).toBe(summary);
  // A text that is cut within quotes.
  expect(statementSummary(`SELECT ${"x".repeat(3_980)}, 'from ada and more'`)).toBe("SELECT");
});
