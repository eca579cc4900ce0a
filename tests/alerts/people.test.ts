import { expect, test } from "vitest";
import { sweepSet } from "@/lib/alerts/sets.store";
import { pool } from "@/lib/db/pool";
import { sweepAlerts } from "@/lib/jobs/alerts";
import { refreshAllFacts } from "@/lib/jobs/facts";
import { erasePerson } from "@/lib/privacy/erase";
import type { ProjectSettings } from "@/lib/projects/settings";
import { createSegment, deleteSegment } from "@/lib/segments/segments.store";
import { passMinutes } from "../support/queue";
import { applyEvents, event, type Receiver, runAlertJobs, scopeOf, settleFacts, watch, withReceiver } from "./support";

const DAY_MS = 86_400_000;
let receiver: Receiver;
let project: ProjectSettings;
withReceiver((given) => {
  ({ receiver, project } = given);
});

/** The people named so far, message by message. */
const named = (): string[][] =>
  receiver.received.map(({ body }) =>
    (JSON.parse(body) as { data: { causes: { person: { ref: string } | null }[] } }).data.causes.map(
      ({ person }) => person?.ref ?? "",
    ),
  );

const was = (user: string, daysAgo: number) => event("used", Date.now() - daysAgo * DAY_MS, { user });
const settle = () => refreshAllFacts(pool(), project.id, Date.now());
const setPlan = (user: string, plan: string) =>
  applyEvents(
    project,
    event("identify", Date.now(), { kind: "identify", user, changes: [{ mode: "set", key: "plan", value: plan }] }),
  );

/** The risk job's result: these people are silent for longer than is usual for them, all others are not. */
async function quiet(...users: string[]): Promise<void> {
  await pool().query("DELETE FROM person_risk WHERE project_id = $1", [project.id]);
  await pool().query(
    `INSERT INTO person_risk (project_id, person, standing, probability, reason, value, rank, last_day, computed_on)
     SELECT f.project_id, f.person, 'quiet', 0.1, '{}', 0, 0, (f.last_seen AT TIME ZONE 'UTC')::date,
            (now() AT TIME ZONE 'UTC')::date - 1
       FROM profile_facts f JOIN identities i ON i.project_id = f.project_id AND i.profile_id = f.person AND i.kind = 'u'
      WHERE f.project_id = $1 AND i.ext_id = ANY($2)`,
    [project.id, users],
  );
}

const sweep = (id: string) => sweepSet(pool(), { projectId: project.id, id }, Date.now());

test("going quiet fires once, despite several processes and late events, and again after a return", async () => {
  await applyEvents(project, was("ada", 20), was("bob", 20), was("cy", 1));
  await settle();
  await quiet("ada");
  const { id } = await watch(project, receiver.url, { trigger: { on: "quiet" } });
  await sweep(id);
  await runAlertJobs();
  expect(named()).toEqual([]); // Ada was quiet already

  await quiet("ada", "bob");
  await Promise.all([sweep(id), sweep(id), sweep(id)]);
  await Promise.all([runAlertJobs(), runAlertJobs()]);
  expect(named()).toEqual([["u:bob"]]);

  // A late event: Bob's silence began later, but he is as quiet as before.
  await applyEvents(project, was("bob", 15));
  await settleFacts(project); // their risk is recomputed the next day
  await sweep(id);
  await quiet("ada", "bob");
  await sweep(id);
  await runAlertJobs();
  expect(named()).toHaveLength(1);

  await applyEvents(project, was("bob", 0));
  await settle();
  await sweep(id);
  await quiet("bob");
  await sweep(id);
  await runAlertJobs();
  expect(named()).toEqual([["u:bob"], ["u:bob"]]);
});

test("entering and leaving a segment; a deleted segment stops neither the job nor other alerts", async () => {
  const rule = { kind: "and", of: [{ kind: "property", key: "plan", type: "text", is: "oneOf", values: ["pro"] }] };
  const segment = await createSegment(scopeOf(project), { name: "Pro", description: "", rule } as never, Date.now());
  const enters = await watch(project, `${receiver.url}/in`, { trigger: { on: "segment", segment, is: "enters" } });
  const leaves = await watch(project, `${receiver.url}/out`, { trigger: { on: "segment", segment, is: "leaves" } });
  await setPlan("ada", "pro");
  await setPlan("bob", "free");
  await settle();
  const both = async () => {
    await sweep(enters.id);
    await sweep(leaves.id);
    await runAlertJobs();
  };
  await both();
  expect(receiver.received).toEqual([]);
  await setPlan("ada", "free");
  await setPlan("bob", "pro");
  await settle();
  await both();
  expect(receiver.received.map(({ path }, n) => [path, named()[n]]).sort()).toEqual([
    ["/in", ["u:bob"]],
    ["/out", ["u:ada"]],
  ]);
  await deleteSegment(scopeOf(project), segment);
  await expect(sweep(enters.id)).rejects.toMatchObject({ code: "unprocessable" });
  await pool().query("UPDATE alerts SET swept_at = NULL WHERE project_id = $1", [project.id]);
  await sweepAlerts(Date.now(), new AbortController().signal);
  const { rows } = await pool().query("SELECT FROM alerts WHERE project_id = $1 AND swept_at IS NULL", [project.id]);
  expect(rows).toEqual([]);
});

test("a risk level fires for people who reach it, except the own team", async () => {
  await applyEvents(project, was("ada", 5), was("staff", 5));
  await settle();
  const { id } = await watch(project, receiver.url, { trigger: { on: "risk", above: 90 } });
  await sweep(id);
  await quiet("ada", "staff");
  await pool().query(
    `UPDATE profile_facts SET is_internal = true WHERE project_id = $1 AND person =
       (SELECT profile_id FROM identities WHERE project_id = $1 AND ext_id = 'staff')`,
    [project.id],
  );
  await sweep(id);
  await runAlertJobs();
  expect(named()).toEqual([["u:ada"]]);
});

test("a change of state fires once, over several processes and late events that do not undo it", async () => {
  await applyEvents(project, was("ada", 200), was("ada", 199), was("bob", 200), was("bob", 199));
  await settle();
  const { id } = await watch(project, receiver.url, { trigger: { on: "state", state: "resurrected" } });
  await sweep(id);
  await applyEvents(project, was("ada", 0));
  await settle();
  await Promise.all([sweep(id), sweep(id), sweep(id)]);
  await Promise.all([runAlertJobs(), runAlertJobs()]);
  expect(named()).toEqual([["u:ada"]]);
  await applyEvents(project, was("ada", 1), was("ada", 198), was("bob", 198));
  await settle();
  await sweep(id);
  await runAlertJobs();
  expect(named()).toEqual([["u:ada"]]);
});

test("hundreds who enter at once give one message that counts them, and an erased person is in none", async () => {
  const users = Array.from({ length: 150 }, (_, n) => `u${n}`);
  await applyEvents(project, ...users.map((user) => was(user, 5)));
  await settle();
  const { id } = await watch(project, receiver.url, { trigger: { on: "quiet" }, pace: "daily" });
  await sweep(id);
  await quiet(...users);
  await sweep(id);
  await runAlertJobs();
  await runAlertJobs(Date.now() + 121_000);
  const options = { suppress: false, dryRun: false, requestedBy: "member:test", now: Date.now() };
  await erasePerson(pool(), project, { kind: "u", extId: "u0" }, options);
  await passMinutes(25 * 60);
  await runAlertJobs(Date.now() + 121_000);
  expect(receiver.received).toHaveLength(1);
  const { data } = JSON.parse(receiver.received[0]?.body ?? "{}") as { data: { causes: unknown[]; more: number } };
  expect(data.causes).toHaveLength(20);
  expect(data.causes.length + data.more).toBe(149);
  expect(receiver.received[0]?.body).not.toContain('"u:u0"');
});

test("a day's count leaves out the own team", async () => {
  const now = Date.UTC(2026, 10, 25, 3);
  const noon = Date.UTC(2026, 10, 24, 12);
  const day = (user: string, weeks: number, count: number) =>
    Array.from({ length: count }, (_, n) => event("order", noon - weeks * 7 * DAY_MS + n, { user }));
  await applyEvents(project, ...[0, 1, 2, 3, 4, 5].flatMap((weeks) => day("u1", weeks, 20)), ...day("staff", 0, 60));
  await settle();
  await pool().query(
    `UPDATE profile_facts SET is_internal = true WHERE project_id = $1 AND person =
       (SELECT profile_id FROM identities WHERE project_id = $1 AND ext_id = 'staff')`,
    [project.id],
  );
  await watch(project, receiver.url, { trigger: { on: "count", event: "order" } }, now - 2 * DAY_MS);
  await sweepAlerts(now, new AbortController().signal);
  await runAlertJobs(now);
  expect(receiver.received).toEqual([]);
});

test("an unusual count fires once for its day, and states the usual range", async () => {
  const now = Date.UTC(2026, 10, 25, 3);
  const noon = Date.UTC(2026, 10, 24, 12);
  const day = (weeks: number, count: number) =>
    Array.from({ length: count }, (_, n) => event("order", noon - weeks * 7 * DAY_MS + n, { user: "u1" }));
  await applyEvents(project, ...[1, 2, 3, 4, 5].flatMap((weeks) => day(weeks, 20)), ...day(0, 60));
  const trigger = { on: "count", event: "order" } as const;
  await watch(project, receiver.url, { trigger }, now - 2 * DAY_MS);
  const { signal } = new AbortController();
  await Promise.all([sweepAlerts(now, signal), sweepAlerts(now, signal)]);
  await runAlertJobs(now);
  await applyEvents(project, ...day(0, 10));
  await sweepAlerts(now + 3_600_000, signal);
  await runAlertJobs(now);
  expect(receiver.received).toHaveLength(1);
  expect(JSON.parse(receiver.received[0]?.body ?? "{}")).toMatchObject({
    data: { causes: [{ count: { day: "2026-11-24", count: 60, low: 3, high: 37 } }] },
  });
});
