import { beforeAll, expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import type { Operation } from "@/lib/events/operation";
import { newId } from "@/lib/ids";
import { applyBatch } from "@/lib/ingest/store/engine";
import { refreshAllFacts } from "@/lib/jobs/facts";
import { sweepSignUps } from "@/lib/jobs/sign-ups";
import { listProfiles } from "@/lib/profiles/list/list.queries";
import type { ProjectSettings } from "@/lib/projects/settings";
import { updateProjectFromText } from "@/lib/projects/settings.store";
import { grantScope, type Scope } from "@/lib/scope";
import { compileRule } from "@/lib/segments/compile.queries";
import { decodeRule } from "@/lib/segments/decode-rule";
import { signUpHistoryOf } from "@/lib/sessions/visit-times.queries";
import { makeModelProject } from "../identity/run";
import { makeOperation } from "../support/operation";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW = Date.now();
/** The project's first event. */
const FIRST = NOW - 40 * DAY_MS;
const ago = (days: number) => NOW - days * DAY_MS;

let project: ProjectSettings;
let scope: Scope<"manage">;

function operation(changes: Partial<Operation>): Operation {
  return makeOperation({ ts: NOW, receivedAt: NOW, name: "screen_view", ...changes });
}

const identify = (user: string, ts: number, anon: string | null, traits: Record<string, string | number> = {}) =>
  operation({
    kind: "identify",
    name: "identify",
    user,
    anon,
    ts,
    changes: Object.entries(traits).map(([key, value]) => ({ key, mode: "set" as const, value })),
  });

beforeAll(async () => {
  project = await makeModelProject(pool());
  scope = grantScope(project.id, "system:test");
  await applyBatch(pool(), project, [
    operation({ anon: "first", ts: FIRST }),
    // Tracking was just installed; an existing customer's app identifies them while its first page loads.
    operation({ anon: "old", ts: ago(39) }),
    identify("old", ago(39) + 800, "old"),
    identify("dated", ago(39), null, { createdAt: new Date(ago(400)).toISOString() }),
    identify("trait", ago(5), null, { created_at: Math.floor(ago(6) / 1000) }),
    operation({ anon: "new", ts: ago(9) }),
    operation({ anon: "new", ts: ago(8) }),
    identify("new", ago(8) + 60_000, "new"),
    operation({ user: "evented", name: "Signed Up", ts: ago(3) }),
    operation({ user: "evented", name: "Signed Up", ts: ago(2) }),
    operation({ user: "joined", name: "joined", ts: ago(1), changes: [] }),
    identify("joined", ago(1), null, { joined_on: new Date(ago(20)).toISOString() }),
  ]);
  await refreshAllFacts(pool(), project.id, NOW);
});

async function signUps(): Promise<Record<string, [string | null, number | null]>> {
  const { rows } = await pool().query<{ handle: string; by: string | null; at: number | null }>(
    "SELECT handle, sign_up AS by, signed_up_at AS at FROM profile_facts WHERE project_id = $1",
    [project.id],
  );
  return Object.fromEntries(rows.map(({ handle, by, at }) => [handle, [by, at]]));
}

const USUAL = {
  first: [null, null],
  old: ["existing", null],
  dated: ["existing", ago(400)],
  trait: ["property", Math.floor(ago(6) / 1000) * 1000],
  new: ["identify", ago(8) + 60_000],
  evented: ["event", ago(3)],
  joined: ["existing", null],
};

test("each person's sign-up follows the first available evidence, and existing customers are recognised", async () => {
  expect(await signUps()).toEqual(USUAL);
});

test("lists filter by sign-up and show it", async () => {
  const found = async (filter: string) => {
    const rule = decodeRule(filter);
    if (!rule) throw new Error("No rule.");
    const { rows } = await listProfiles(scope, { filter: await compileRule(scope, rule), limit: 50 });
    return rows.map(({ ref, facts }) => [ref, facts?.signUp, facts?.signedUpAt]).sort();
  };
  expect(await found("and(signUp(oneOf,existing))")).toEqual([
    ["u:dated", "existing", ago(400)],
    ["u:joined", "existing", null],
    ["u:old", "existing", null],
  ]);
  expect((await found("and(signedUp(inLast,30))")).map(([ref]) => ref)).toEqual(["u:evented", "u:new", "u:trait"]);
});

test("a person's page shows the same sign-up", async () => {
  expect(await signUpHistoryOf(scope, "u:old")).toMatchObject({ signedUpAt: null, isExisting: true });
  expect(await signUpHistoryOf(scope, "u:new")).toMatchObject({ signedUpAt: ago(8) + 60_000, isExisting: false });
  await expect(signUpHistoryOf(grantScope(newId(), "system:test"), "u:new")).rejects.toMatchObject({
    code: "not_found",
  });
});

test("changed settings are applied to everybody, and reverted again", async () => {
  await updateProjectFromText(scope, { signUpProperty: "joined_on", signUpEvent: "joined" });
  while (await sweepSignUps(pool(), project.id, NOW));
  expect(await signUps()).toEqual({
    ...USUAL,
    dated: ["existing", null],
    trait: ["existing", null],
    evented: ["existing", null],
    joined: ["property", ago(20)],
  });
  expect(await sweepSignUps(pool(), project.id, NOW)).toBe(false);
  await updateProjectFromText(scope, { signUpProperty: "", signUpEvent: "" });
  while (await sweepSignUps(pool(), project.id, NOW));
  expect(await signUps()).toEqual(USUAL);
});

test("the sweep decides facts from before this rule without recomputing them", async () => {
  await pool().query("DELETE FROM sign_up_sweeps WHERE project_id = $1", [project.id]);
  await pool().query(
    `UPDATE profile_facts f SET signed_up_at = p.created_at, sign_up = NULL, known_since = NULL
       FROM profiles p WHERE p.project_id = $1 AND f.project_id = $1 AND p.id = f.person`,
    [project.id],
  );
  while (await sweepSignUps(pool(), project.id, NOW));
  expect(await signUps()).toEqual(USUAL);
});

test("imported history moves the first day, so that its customers no longer predate the project", async () => {
  await applyBatch(pool(), project, [operation({ anon: "import", ts: ago(500) })]);
  await refreshAllFacts(pool(), project.id, NOW);
  expect((await signUps()).dated).toEqual(["property", ago(400)]);
});
