import { expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { listProfiles } from "@/lib/profiles/list/list.queries";
import { getProfile, nestProperties } from "@/lib/profiles/person/person.queries";
import { grantScope } from "@/lib/scope";
import { listSessions } from "@/lib/sessions/sessions.queries";
import { listEvents } from "@/lib/timeline/timeline.queries";
import { batches, random, sequence, toOperation } from "../identity/generate";
import { inVisits, resolve } from "../identity/model";
import { makeModelProject, sendOperations, visitsOf } from "../identity/run";

/** Sends a random sequence through the engine, in random batches with replays. */
async function play(seed: number, size: number) {
  const ops = sequence(seed, size);
  const project = await makeModelProject(pool());
  for (const batch of batches(random(seed), ops))
    await sendOperations(
      pool(),
      project,
      batch.map((op) => toOperation(op)),
    );
  const view = resolve(inVisits(ops, await visitsOf(pool(), project.id)));
  return { ops, view, scope: grantScope(project.id, "system:test") };
}

test.each(Array.from({ length: 5 }, (_, i) => i))(
  "every read of ten random sequences stored by the engine (series %i) matches the model",
  async (series) => {
    for (let seed = 500 + series * 10; seed < 510 + series * 10; seed++) {
      const { ops, view, scope } = await play(seed, 40);
      const shown = Object.entries(view.people).filter(
        ([owner, person]) => !owner.startsWith("a:") || person.count > 0,
      );
      for (const [owner, person] of shown) {
        const ref = owner.startsWith("a:") ? owner : `u:${owner.split("+")[0]}`;
        const at = `seed ${seed}, ${owner}`;
        const profile = await getProfile(scope, ref);
        expect(profile, at).toMatchObject({
          identified: !owner.startsWith("a:"),
          events: person.count,
          firstSeen: person.first,
          lastSeen: person.last,
        });
        expect(profile?.properties, at).toEqual(nestProperties(person.props));
        if (profile?.identified) expect([...profile.userIds].sort().join("+"), at).toBe(owner);

        const mine = ops.filter((op) => view.owners[op.id] === owner);
        const { rows } = await listEvents(scope, ref, { order: "asc", limit: 1_000, includeProperties: true });
        const listed = rows
          .filter((row) => row.kind !== "alias")
          .map((row) => `${row.ts} ${row.id} ${row.attribution}`);
        const wanted = mine.map((op) => `${op.ts} ${op.id} ${view.attribution[op.id] ?? "explicit"}`);
        expect(listed, at).toEqual(wanted.sort());

        const visits = (await listSessions(scope, ref, { limit: 1_000 })).rows;
        expect(profile?.sessions, at).toBe(visits.length);
        expect(
          Object.fromEntries(visits.map((visit) => [visit.id, [visit.events, visit.startedAt, visit.endedAt]])),
          at,
        ).toEqual(person.sessions);
      }
      const listed = (await listProfiles(scope, { limit: 1_000 })).rows;
      const known = (ids: string[]) => ids.some((id) => shown.some(([owner]) => owner.split("+").includes(id)));
      const extra = listed.filter((row) => !shown.some(([owner]) => owner === row.ref) && !known(row.userIds));
      expect(extra, `seed ${seed}: people nobody sent anything of`).toEqual([]);
      expect(listed).toHaveLength(shown.length);
    }
  },
);
