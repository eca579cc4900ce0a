import { expect, test } from "vitest";
import { partsOfPlan, sampleValue } from "./planned";
import { withValues } from "./planned.queries";

test("a plan's shards are those of its widest part, and its parts are counted at any depth", () => {
  const job = (tasks: number, more: object = {}) => ({
    "Distributed Query": { Job: { "Task Count": tasks, "Tasks Shown": "One" }, ...more },
  });
  expect(partsOfPlan([{ Plan: job(1) }])).toEqual({ shards: 1, parts: 0 });
  expect(partsOfPlan([{ Plan: { Plans: [job(1, { Subplans: [{ Plan: job(32) }, { Plan: {} }] })] } }])).toEqual({
    shards: 32,
    parts: 2,
  });
  expect(partsOfPlan([{ Plan: { "Node Type": "Seq Scan" } }])).toEqual({ shards: 0, parts: 0 });
});

test("a sample has the type of its parameter, and ids are equal where they were", () => {
  expect(sampleValue("uuid", 2)).toBe("'00000000-0000-4000-8000-000000000002'::uuid");
  expect(sampleValue("uuid[]", 2)).toBe(`ARRAY[${sampleValue("uuid", 2)}]`);
  expect(sampleValue("timestamp with time zone", 1)).toBe("'2026-01-01'::timestamp with time zone");
  expect(sampleValue("jsonb", 1)).toBe("'{}'::jsonb");
  expect(sampleValue("double precision", 1)).toBe("'1'::double precision");
  expect(sampleValue("text", 1)).toBe("'x'::text");
  expect(sampleValue("text[]", 1, "{}")).toBe("ARRAY['{}'::text]");
});

test("values take the place of their parameters, also of the tenth and of one named twice", () => {
  const values = Array.from({ length: 10 }, (_, n) => `'$${n}'::text`);
  expect(withValues("SELECT $1, $10 FROM t WHERE a = $1 AND b = $11", values)).toBe(
    "SELECT ('$0'::text), ('$9'::text) FROM t WHERE a = ('$0'::text) AND b = $11",
  );
});
