import fc from "fast-check";
import { expect, test } from "vitest";
import { connectedComponents, regroup } from "./persons";

const id = fc.integer({ min: 1, max: 12 });
const graph = fc.record({
  ids: fc.uniqueArray(id, { minLength: 1 }),
  edges: fc.array(fc.tuple(id, id), { maxLength: 20 }),
});
const normal = (groups: readonly number[][]) => groups.map((ids) => [...ids].sort((a, b) => a - b).join()).sort();

test("every id is in exactly one component", () => {
  fc.assert(
    fc.property(graph, ({ ids, edges }) => {
      expect(
        connectedComponents(ids, edges)
          .flat()
          .sort((a, b) => a - b),
      ).toEqual([...ids].sort((a, b) => a - b));
    }),
  );
});

test("two ids are together exactly when edges lead from one to the other", () => {
  fc.assert(
    fc.property(graph, ({ ids, edges }) => {
      const known = edges.filter(([a, b]) => ids.includes(a) && ids.includes(b));
      const groups = connectedComponents(ids, edges);
      for (const from of ids) {
        const reached = new Set([from]);
        for (let size = 0; size !== reached.size; ) {
          size = reached.size;
          for (const [a, b] of known) {
            if (reached.has(a)) reached.add(b);
            if (reached.has(b)) reached.add(a);
          }
        }
        expect(new Set(groups.find((ids) => ids.includes(from)))).toEqual(reached);
      }
    }),
  );
});

test("the order of ids and edges, their direction and repetitions do not matter", () => {
  fc.assert(
    fc.property(graph, ({ ids, edges }) => {
      const turned = [...edges, ...edges].reverse().map(([a, b]) => [b, a] as const);
      expect(normal(connectedComponents([...ids].reverse(), turned))).toEqual(normal(connectedComponents(ids, edges)));
    }),
  );
});

test("no two persons get the same profile, and each keeps one of its own", () => {
  const members = fc.uniqueArray(fc.record({ id, profileId: fc.integer({ min: 100, max: 104 }) }), {
    selector: (member) => member.id,
    minLength: 1,
  });
  fc.assert(
    fc.property(members, fc.array(fc.tuple(id, id)), (all, edges) => {
      const persons = regroup(all, edges);
      const kept = persons.flatMap((person) => person.profileId ?? []);
      expect(new Set(kept).size).toBe(kept.length);
      for (const { ids, profileId } of persons) {
        const had = all.filter((member) => ids.includes(member.id)).map((member) => member.profileId);
        if (profileId !== null) expect(had).toContain(profileId);
        else expect(had.every((one) => kept.includes(one))).toBe(true);
      }
    }),
  );
});
