import { expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { changeAccountMerge } from "@/lib/ingest/corrections/accounts";
import { Batcher } from "@/lib/ingest/store/batcher";
import { erasePerson } from "@/lib/privacy/erase";
import { finishErasures } from "@/lib/privacy/erase-jobs.store";
import { updateProject } from "@/lib/projects/settings.store";
import { grantScope } from "@/lib/scope";
import { batches, random } from "../identity/generate";
import { makeModelProject } from "../identity/run";
import { someCases } from "../support/cases";
import { accountSequence, asOperation } from "./journey";
import {
  applyOperations,
  atMinute,
  described,
  identified,
  makeEvent,
  materialized,
  rebuild,
  refreshEverything,
} from "./support";

const FAMILIES = 4;
const SEQUENCES = 8;
const TRIED = someCases(4, SEQUENCES);

/** Random sequences, some people of the own team, and people and visitors erased one after the other in between. */
async function erasedInBetween(seed: number): Promise<string[]> {
  const r = random(seed ^ 0x2545f491);
  const ops = accountSequence(seed, [12, 24, 48][seed % 3] as number);
  const project = await makeModelProject(pool());
  const scope = grantScope(project.id, "member:test");
  await pool().query("UPDATE projects SET account_property = 'company' WHERE id = $1", [project.id]);
  const users = [...new Set(ops.flatMap((op) => (op.user === null ? [] : [op.user])))].sort();
  const devices = [...new Set(ops.flatMap((op) => (op.anon === null ? [] : [op.anon])))].sort();
  if (users.length > 1 && r.chance(0.5)) await updateProject(scope, { internalPeople: [r.pick(users)] });
  const newest = Math.max(...ops.map((op) => op.ts)) + 1_000;
  const found: string[] = [];
  const half = Math.ceil(ops.length / 2);
  for (const some of [ops.slice(0, half), ops.slice(half)]) {
    const batcher = new Batcher(() => pool());
    for (const batch of batches(r, some)) await batcher.submit(project, batch.map(asOperation));
    await refreshEverything(project, newest);
    for (let n = 0; n < 2; n++) {
      const target =
        r.chance(0.7) || devices.length === 0
          ? ({ kind: "u", extId: r.pick(users) } as const)
          : ({ kind: "a", extId: r.pick(devices) } as const);
      const now = Math.max(...some.map((op) => op.ts)) - (r.chance(0.3) ? 60_000 : 0);
      const options = { suppress: r.chance(0.2), dryRun: false, requestedBy: "member:test", now };
      await erasePerson(pool(), project, target, options).catch((error: { code?: string }) => {
        if (error.code !== "not_found") throw error;
      });
    }
    if (r.chance(0.5)) await finishErasures(pool());
  }
  await finishErasures(pool());
  await refreshEverything(project, newest);
  const before = await materialized(project.id);
  await rebuild(project.id, newest);
  const after = await materialized(project.id);
  for (const [table, rows] of Object.entries(before))
    if (JSON.stringify(rows) !== JSON.stringify(after[table]))
      found.push(
        `seed ${seed}: ${table}: ${JSON.stringify(rows).slice(0, 300)} and rebuilt ${JSON.stringify(after[table]).slice(0, 300)}`,
      );
  return found;
}

test.each(Array.from({ length: FAMILIES }, (_, i) => i))(
  "whoever is erased, the sums of their accounts are those of a rebuild (series %i)",
  async (family) => {
    for (let i = 0; i < TRIED; i++) expect(await erasedInBetween(family * SEQUENCES + i)).toEqual([]);
  },
  120_000,
);

test("an erased person is removed from ids merged into their account, whose values are shown nowhere", async () => {
  const project = await makeModelProject(pool());
  const named = async (): Promise<string[]> => {
    const { rows } = await pool().query<{ id: string }>(
      "SELECT id FROM accounts WHERE project_id = $1 AND strpos(to_json(accounts)::text, 'ada@') > 0",
      [project.id],
    );
    return rows.map(({ id }) => id);
  };
  await applyOperations(
    project,
    identified(1, "ada", { email: "ada@acme.example" }),
    makeEvent(2, { user: "ada", groups: ["acme"] }),
    described(3, "old", { properties: { owner: "ada@acme.example" } }),
    described(4, "acme", { properties: { owner: "bob" } }),
  );
  await changeAccountMerge(grantScope(project.id, "member:test"), ["acme", "old"], true, atMinute(5));
  await refreshEverything(project);
  const { rows } = await pool().query("SELECT account_id, properties FROM account_facts WHERE project_id = $1", [
    project.id,
  ]);
  expect(rows).toEqual([{ account_id: "acme", properties: { owner: "bob" } }]);
  expect(await named()).toEqual(["old"]);

  const options = { suppress: false, dryRun: false, requestedBy: "member:test", now: atMinute(6) };
  await erasePerson(pool(), project, { kind: "u", extId: "ada" }, options);
  await finishErasures(pool());
  expect(await named()).toEqual([]);
});
