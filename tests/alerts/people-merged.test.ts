import { beforeEach, expect, test } from "vitest";
import { sweepSet } from "@/lib/alerts/sets.store";
import { pool } from "@/lib/db/pool";
import { applyAlias } from "@/lib/ingest/store/alias";
import { refreshAllFacts } from "@/lib/jobs/facts";
import { erasePerson } from "@/lib/privacy/erase";
import type { ProjectSettings } from "@/lib/projects/settings";
import { createSegment } from "@/lib/segments/segments.store";
import { randomFrom } from "../timeline/reads-world";
import { applyEvents, event, type Receiver, scopeOf, watch, withReceiver } from "./support";

const DAY_MS = 86_400_000;
let receiver: Receiver;
let project: ProjectSettings;
/** The time of the last message; each is a millisecond later than the one before. */
let clock: number;
withReceiver((given) => {
  ({ receiver, project } = given);
});
beforeEach(() => {
  clock = Date.now() - 60_000;
});

const settle = () => refreshAllFacts(pool(), project.id, Date.now());
const sweep = (id: string) => sweepSet(pool(), { projectId: project.id, id }, Date.now());
const alias = (name: "alias" | "unalias", user: string, other: string) =>
  applyAlias(pool(), project, event(name, ++clock, { kind: "alias", user, alias: other }));
const setPlan = (user: string, plan: string) =>
  applyEvents(
    project,
    event("identify", ++clock, { kind: "identify", user, changes: [{ mode: "set", key: "plan", value: plan }] }),
  );
const was = (user: string, daysAgo: number) => event("used", Date.now() - daysAgo * DAY_MS, { user });
/** What a device did before its user logged in there. */
const claim = (user: string, device: string) =>
  applyEvents(
    project,
    event("used", ++clock, { anon: device }),
    event("identify", ++clock, { kind: "identify", user, anon: device }),
  );

/** An alert on entering, or on leaving, the segment of people on the plan "pro". */
async function watchPro(is: "enters" | "leaves"): Promise<string> {
  const rule = { kind: "and", of: [{ kind: "property", key: "plan", type: "text", is: "oneOf", values: ["pro"] }] };
  const segment = await createSegment(scopeOf(project), { name: `Pro ${is}`, rule } as never);
  return (await watch(project, receiver.url, { trigger: { on: "segment", segment, is } })).id;
}
const causes = async (id: string) =>
  (await pool().query("SELECT cause FROM alert_firings WHERE project_id = $1 AND alert_id = $2", [project.id, id])).rows
    .length;

/**
 * By hand: each component of aliased ids remembers whether it was in the set; one that is new begins where any of its
 * ids was.
 */
class Remembered {
  readonly fired = { enters: 0, leaves: 0 };
  private known = new Map<string, boolean>();

  sweep(components: readonly string[][], isIn: (ids: string[]) => boolean): void {
    const before = [...this.known];
    for (const ids of components) {
      const parts = before.filter(([key]) => key.split(",").some((id) => ids.includes(id))).map(([, one]) => one);
      const wasIn = this.known.get(ids.join()) ?? parts.includes(true);
      const is = isIn(ids);
      if (is && !wasIn) this.fired.enters++;
      if (!is && wasIn) this.fired.leaves++;
      if (is || parts.includes(true)) this.known.set(ids.join(), is);
    }
  }
}

/** The components of the ids under these pairs. */
function componentsOf(ids: readonly string[], pairs: ReadonlySet<string>): string[][] {
  const root = new Map(ids.map((id) => [id, id]));
  for (const pair of pairs) {
    const [a, b] = pair.split(",") as [string, string];
    const [from, to] = [root.get(a) as string, root.get(b) as string];
    for (const id of ids) if (root.get(id) === from) root.set(id, to);
  }
  return [...new Set(root.values())].map((one) => ids.filter((id) => root.get(id) === one));
}

test("over any merges, undoings, claims and changes, an alert fires as often as a person really enters or leaves", async () => {
  const ids = ["a", "b", "c", "d"];
  await applyEvents(project, ...ids.flatMap((user, n) => Array.from({ length: 2 ** n }, () => was(user, 3))));
  await settle();
  const [enters, leaves] = [await watchPro("enters"), await watchPro("leaves")];
  const both = async () => {
    await sweep(enters);
    await sweep(leaves);
  };
  await both();
  const model = new Remembered();
  const pick = randomFrom(20_261_129);
  const plans = new Map(ids.map((id) => [id, { plan: "free", ts: 0 }]));
  const pairs = new Set<string>();
  for (let step = 0; step < 60; step++) {
    const one = ids[pick(4)] as string;
    const other = ids[(ids.indexOf(one) + 1 + pick(3)) % 4] as string;
    const kind = pick(7);
    if (kind < 3) {
      const plan = plans.get(one)?.plan === "pro" ? "free" : "pro";
      await setPlan(one, plan);
      plans.set(one, { plan, ts: clock });
    } else if (kind < 6) {
      const pair = [one, other].sort().join();
      await alias(pairs.has(pair) ? "unalias" : "alias", one, other);
      pairs.delete(pair) || pairs.add(pair);
    } else await claim(one, `device-${step}`);
    if (pick(2) === 0) await both(); // before the job works out who is in the segment
    await settle();
    await both();
    const newest = (some: string[]) => some.map((id) => plans.get(id)).sort((x, y) => (y?.ts ?? 0) - (x?.ts ?? 0))[0];
    model.sweep(componentsOf(ids, pairs), (some) => newest(some)?.plan === "pro");
    const fired = { enters: await causes(enters), leaves: await causes(leaves) };
    expect(fired, `after step ${step}`).toEqual(model.fired);
  }
  expect(Math.min(model.fired.enters, model.fired.leaves)).toBeGreaterThan(5);
});

/** The risk job's result of today: these people are quiet, nobody else has any. */
async function assess(quiet: string[], computedOn: "today" | "yesterday"): Promise<void> {
  await pool().query("DELETE FROM person_risk WHERE project_id = $1", [project.id]);
  await pool().query(
    `INSERT INTO person_risk (project_id, person, standing, probability, reason, value, rank, last_day, computed_on)
     SELECT f.project_id, f.person, CASE WHEN f.is_quiet THEN 'quiet' ELSE 'here' END, 0.1, '{}', 0, 0,
            (f.last_seen AT TIME ZONE 'UTC')::date, (now() AT TIME ZONE 'UTC')::date - $3::int
       FROM (SELECT f.project_id, f.person, f.last_seen, bool_or(i.ext_id = ANY($2)) AS is_quiet
               FROM profile_facts f
               JOIN identities i ON i.project_id = f.project_id AND i.profile_id = f.person AND i.kind = 'u'
              WHERE f.project_id = $1 GROUP BY 1, 2, 3) f`,
    [project.id, quiet, computedOn === "today" ? 0 : 1],
  );
}

test("going quiet fires once, whoever the person is merged with and separated from", async () => {
  await applyEvents(project, was("ada", 20), was("bob", 15), was("bob", 16), was("cy", 1));
  await settle();
  await assess([], "yesterday");
  const { id } = await watch(project, receiver.url, { trigger: { on: "quiet" } });
  await sweep(id);
  await assess(["ada"], "yesterday");
  await sweep(id);
  expect(await causes(id)).toBe(1);
  for (const other of ["bob", "cy"])
    for (const name of ["alias", "unalias"] as const) {
      await alias(name, "ada", other);
      await sweep(id);
      await settle();
      await sweep(id);
      await assess(name === "alias" && other === "cy" ? [] : ["ada"], "today");
      await sweep(id);
      expect(await causes(id), `${name} ${other}`).toBe(1);
    }
});

test("people recorded by a version that knew them by profile are in the set, and fire nothing", async () => {
  await applyEvents(project, was("ada", 3), was("bob", 3));
  await setPlan("ada", "pro");
  await settle();
  const id = await watchPro("enters");
  await sweep(id);
  await pool().query(
    `INSERT INTO alert_people (project_id, alert_id, person, is_in, times)
     SELECT k.project_id, k.alert_id, i.profile_id, k.is_in, k.times
       FROM alert_users k JOIN identities i ON i.project_id = k.project_id AND i.id = k.user_id WHERE k.project_id = $1`,
    [project.id],
  );
  await pool().query("DELETE FROM alert_users WHERE project_id = $1", [project.id]);
  await sweep(id);
  expect(await causes(id)).toBe(0);
  await setPlan("bob", "pro");
  await settle();
  await sweep(id);
  expect(await causes(id)).toBe(1);
});

test("an erasure deletes every row with one of the person's ids, including rows of people they were merged with", async () => {
  await applyEvents(project, was("ada", 3), was("bob", 3));
  await setPlan("ada", "pro");
  await setPlan("bob", "pro");
  await settle();
  const id = await watchPro("enters");
  await sweep(id);
  for (const name of ["alias", "unalias"] as const) {
    await alias(name, "ada", "bob");
    await settle();
    await sweep(id);
  }
  const rowsOf = async () =>
    (await pool().query("SELECT ids FROM alert_users WHERE project_id = $1", [project.id])).rows.length;
  expect(await rowsOf()).toBe(3);
  const options = { suppress: false, dryRun: false, requestedBy: "member:test", now: Date.now() };
  await erasePerson(pool(), project, { kind: "u", extId: "bob" }, options);
  expect(await rowsOf()).toBe(1);
  expect(await causes(id)).toBe(0);
});
