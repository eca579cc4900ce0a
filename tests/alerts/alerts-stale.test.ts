import { expect, test } from "vitest";
import { alertOf, alertRows } from "@/lib/alerts/alerts.queries";
import { changeAlert, switchAlert } from "@/lib/alerts/alerts.store";
import { deliveriesOf } from "@/lib/alerts/deliveries.queries";
import { deleteOldDeliveries } from "@/lib/alerts/deliveries.store";
import { pool } from "@/lib/db/pool";
import { sweepAlerts } from "@/lib/jobs/alerts";
import type { ProjectSettings } from "@/lib/projects/settings";
import { passMinutes } from "../support/queue";
import { applyEvents, event, type Receiver, runAlertJobs, scopeOf, watch, withReceiver } from "./support";

let receiver: Receiver;
let project: ProjectSettings;
withReceiver((given) => {
  ({ receiver, project } = given);
});

const exported = (user: string) => event("exported", Date.now(), { user });
const rowsOf = async (table: string) =>
  (await pool().query(`SELECT FROM ${table} WHERE project_id = $1`, [project.id])).rows.length;

const DELETED = {
  project: "UPDATE projects SET erase_at = $2 WHERE id = $1",
  organization:
    "UPDATE organizations SET erase_at = $2 WHERE id = (SELECT organization_id FROM projects WHERE id = $1)",
};

test.each(["project", "organization"] as const)("alerts of a deleted %s do not fire", async (kind) => {
  const { id } = await watch(project, receiver.url, {}, 0);
  await applyEvents(project, exported("u1"));
  await runAlertJobs();
  expect(receiver.received).toHaveLength(1);
  await applyEvents(project, exported("u2"));
  const erase = (at: Date | null) => pool().query(DELETED[kind], [project.id, at]);
  await erase(new Date(Date.now() + 86_400_000));
  await runAlertJobs();
  expect(receiver.received).toHaveLength(1);
  expect(await deliveriesOf(scopeOf(project), id)).toHaveLength(1);

  // A message that was waiting when it was deleted is not sent either.
  await erase(null);
  await pool().query("UPDATE alerts SET pace = 'daily' WHERE id = $1", [id]);
  await runAlertJobs();
  expect(await deliveriesOf(scopeOf(project), id)).toHaveLength(2);
  await erase(new Date(Date.now() + 86_400_000));
  await passMinutes(25 * 60);
  await runAlertJobs();
  expect(receiver.received).toHaveLength(1);
  expect(await rowsOf("alert_firings")).toBe(1);
});

test.each(["off", "changed"])("a message that waits when its alert is %s is not sent", async (how) => {
  const { id } = await watch(project, receiver.url, { pace: "daily" }, 0);
  await applyEvents(project, exported("u1"));
  await runAlertJobs();
  expect(await deliveriesOf(scopeOf(project), id)).toMatchObject([{ state: "waiting" }]);
  const other = { name: "Views", trigger: { on: "event", event: "viewed" }, channel: "webhook" } as const;
  const given = { ...other, pace: "daily", quiet: null, zone: "UTC" } as const;
  if (how === "off") await switchAlert(scopeOf(project), id, false, Date.now());
  else await changeAlert(scopeOf(project), id, given, Date.now());
  await passMinutes(25 * 60);
  await runAlertJobs();
  expect(receiver.received).toEqual([]);
  expect(await rowsOf("alert_firings")).toBe(0);
});

test("causes that a process recorded after their alert was deleted are deleted, too", async () => {
  const { id } = await watch(project, receiver.url, {}, 0);
  await applyEvents(project, exported("u1"));
  await pool().query("DELETE FROM alerts WHERE id = $1", [id]);
  await runAlertJobs();
  await deleteOldDeliveries(pool(), Date.now());
  expect(await rowsOf("alert_firings")).toBe(0);
});

/** As a process of a newer version writes it, or as it was. */
const setTrigger = (id: string, trigger: object) =>
  pool().query("UPDATE alerts SET trigger = $2 WHERE id = $1", [id, JSON.stringify(trigger)]);
const NEWER = { on: "eclipse" };
const EXPORTED = { on: "event", event: "exported" };

test("during an update, an older process skips alerts of unknown kinds and serves the rest", async () => {
  const known = await watch(project, receiver.url, {}, 0);
  const unknown = await watch(project, receiver.url, {}, 0);
  await applyEvents(project, exported("u1"));
  await setTrigger(unknown.id, NEWER);

  expect((await alertRows(scopeOf(project))).map(({ id }) => id)).toEqual([known.id]);
  expect(await alertOf(scopeOf(project), unknown.id)).toBeNull();
  await sweepAlerts(Date.now(), new AbortController().signal);
  await runAlertJobs();
  expect(receiver.received).toHaveLength(1);

  await setTrigger(unknown.id, EXPORTED);
  await runAlertJobs();
  expect(receiver.received, "its cause waited").toHaveLength(2);
});

test("a message of an alert that only a newer process knows is sent by the newer process", async () => {
  const { id } = await watch(project, receiver.url, { pace: "daily" }, 0);
  await applyEvents(project, exported("u1"));
  await runAlertJobs();
  await setTrigger(id, NEWER);
  await passMinutes(25 * 60);
  await runAlertJobs();
  expect(receiver.received).toEqual([]);
  expect(await deliveriesOf(scopeOf(project), id)).toMatchObject([{ state: "waiting" }]);

  await setTrigger(id, EXPORTED);
  await passMinutes(60);
  await runAlertJobs();
  expect(receiver.received).toHaveLength(1);
});
