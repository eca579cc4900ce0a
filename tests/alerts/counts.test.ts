import { expect, test } from "vitest";
import { judgeCount } from "@/lib/alerts/counts.store";
import { pool } from "@/lib/db/pool";
import type { ProjectSettings } from "@/lib/projects/settings";
import { applyEvents, event, type Receiver, watch, withReceiver } from "./support";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
let receiver: Receiver;
let project: ProjectSettings;
withReceiver((given) => {
  ({ receiver, project } = given);
});

/** 20 orders at noon (UTC) of each of the last 70 days, and these others. */
async function orders(until: number, others: Record<string, number>): Promise<void> {
  const noons = Array.from({ length: 70 }, (_, n) => until - n * DAY_MS);
  const of = (noon: number) => others[new Date(noon).toISOString().slice(0, 10)] ?? 20;
  const all = noons.flatMap((noon) =>
    Array.from({ length: of(noon) }, (_, n) => event("order", noon + n, { user: "u1" })),
  );
  await applyEvents(project, ...all);
}
const watchOrders = (zone: string, since: number) =>
  watch(project, receiver.url, { trigger: { on: "count", event: "order" }, zone }, since);
const judge = (id: string, now: number) => judgeCount(pool(), { projectId: project.id, id }, now);
const days = async (): Promise<[string, number][]> => {
  const { rows } = await pool().query<{ numbers: { day: string; count: number } }>(
    "SELECT numbers FROM alert_firings WHERE project_id = $1 ORDER BY cause",
    [project.id],
  );
  return rows.map(({ numbers }) => [numbers.day, numbers.count]);
};

test("days on which no job ran are judged afterwards, each once, and at most the last seven", async () => {
  const noon = Date.UTC(2026, 10, 24, 12);
  await orders(noon, { "2026-11-14": 60, "2026-11-16": 60, "2026-11-18": 70, "2026-11-19": 80, "2026-11-21": 90 });
  const { id } = await watchOrders("UTC", noon - 15 * DAY_MS);
  await judge(id, Date.UTC(2026, 10, 14, 3));
  await judge(id, Date.UTC(2026, 10, 24, 3));
  expect(await days()).toEqual([
    ["2026-11-18", 70],
    ["2026-11-19", 80],
    ["2026-11-21", 90],
  ]);
  await pool().query("DELETE FROM alert_firings WHERE project_id = $1", [project.id]);
  for (const hour of [4, 12, 25]) await judge(id, Date.UTC(2026, 10, 24, hour));
  expect(await days()).toEqual([]);
});

test("days from before the alert are not judged, however late the first job", async () => {
  const noon = Date.UTC(2026, 10, 24, 12);
  await orders(noon, { "2026-11-19": 60, "2026-11-21": 60, "2026-11-22": 60 });
  const { id } = await watchOrders("UTC", Date.UTC(2026, 10, 21, 9));
  await judge(id, Date.UTC(2026, 10, 24, 3));
  expect((await days()).map(([day]) => day)).toEqual(["2026-11-21", "2026-11-22"]);
});

test.each([
  ["America/New_York", "2026-11-01", 5],
  ["Europe/Berlin", "2026-10-25", -1],
  ["Pacific/Auckland", "2026-09-27", -13],
])("in %s each day is judged once, even when the clocks change", async (zone, changed, offset) => {
  const noon = Date.parse(`${changed}T12:00:00Z`);
  const [before, after] = [-1, 1].map((n) => new Date(noon + n * DAY_MS).toISOString().slice(0, 10)) as [
    string,
    string,
  ];
  await orders(noon + 2 * DAY_MS, { [before]: 60, [changed]: 70, [after]: 80 });
  const { id } = await watchOrders(zone, noon - 3 * DAY_MS);
  const fired: string[] = [];
  for (let now = noon - 2 * DAY_MS; now < noon + 3 * DAY_MS; now += HOUR_MS / 2) {
    await judge(id, now);
    for (const [day, count] of await days()) {
      fired.push(`${day} ${count}`);
      const settled = Date.parse(`${day}T00:00:00Z`) + DAY_MS + (offset + 2) * HOUR_MS;
      expect(Math.abs(now - settled), `${day} two hours after its end`).toBeLessThanOrEqual(HOUR_MS);
    }
    await pool().query("DELETE FROM alert_firings WHERE project_id = $1", [project.id]);
  }
  const shift = offset < -11 ? 1 : 0;
  const local = (n: number) => new Date(noon + (n + shift) * DAY_MS).toISOString().slice(0, 10);
  expect(fired).toEqual([`${local(-1)} 60`, `${local(0)} 70`, `${local(1)} 80`]);
});

test("a day is judged once when the server's clock is set back, or the alert's time zone changes", async () => {
  const noon = Date.UTC(2026, 10, 24, 12);
  await orders(noon, { "2026-11-23": 60 });
  const { id } = await watchOrders("Europe/Berlin", noon - 5 * DAY_MS);
  await judge(id, Date.UTC(2026, 10, 24, 3));
  expect(await days()).toEqual([["2026-11-23", 60]]);
  await pool().query("DELETE FROM alert_firings WHERE project_id = $1", [project.id]);
  for (const hour of [0, 2, 3]) await judge(id, Date.UTC(2026, 10, 24, hour));
  expect(await days(), "set back").toEqual([]);
  await pool().query("UPDATE alerts SET zone = 'America/Los_Angeles' WHERE id = $1", [id]);
  for (const hour of [9, 12, 20]) await judge(id, Date.UTC(2026, 10, 24, hour));
  expect(await days(), "in another zone").toEqual([]);
  await judge(id, Date.UTC(2027, 10, 24, 3)); // and for a moment a year ahead
  await pool().query("DELETE FROM alert_firings WHERE project_id = $1", [project.id]);
  await applyEvents(
    project,
    ...Array.from({ length: 90 }, (_, n) => event("order", noon + DAY_MS + n, { user: "u1" })),
  );
  await judge(id, Date.UTC(2026, 10, 26, 12));
  expect((await days()).at(-1)).toEqual(["2026-11-25", 90]);
});
