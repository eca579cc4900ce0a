import { expect, test } from "vitest";
import { StaleTurns } from "./stale-turns";

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const taken = (turns: StaleTurns): [string, number][] => {
  const all: [string, number][] = [];
  for (let group = turns.next(); group; group = turns.next()) all.push([group.projectId, group.people.length]);
  return all;
};

test("projects take turns, and each person is computed once, however often they are added", () => {
  const turns = new StaleTurns();
  turns.add(new Map([["large", range(450)]]));
  turns.add(new Map([["large", range(500)]]));
  expect(turns.next()).toEqual({ projectId: "large", people: range(200) });
  turns.add(new Map([["small", [1, 2]]]));
  turns.add(new Map([["large", [0]]]));
  expect(turns.isEmpty).toBe(false);
  expect(taken(turns)).toEqual([
    ["large", 200],
    ["small", 2],
    ["large", 101],
  ]);
  expect(turns.isEmpty).toBe(true);
});

test("what waits is bounded, and a project that fills its part leaves room for others", () => {
  const turns = new StaleTurns();
  for (const id of range(20)) turns.add(new Map([[`of ${id}`, range(60_000)]]));
  const count = new Map<string, number>();
  for (const [id, people] of taken(turns)) count.set(id, (count.get(id) ?? 0) + people);
  expect([...count]).toEqual(range(8).map((id) => [`of ${id}`, 50_000]));
  turns.add(new Map([["of 19", [1]]]));
  expect(taken(turns)).toEqual([["of 19", 1]]);
});
