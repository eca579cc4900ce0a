import { afterAll, beforeAll, expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { recentMessages } from "@/lib/debugger/relay";
import type { Operation } from "@/lib/events/operation";
import { newId } from "@/lib/ids";
import { webIngest } from "@/lib/ingest/serve";
import { refreshAllFacts } from "@/lib/jobs/facts";
import { stepRetention } from "@/lib/jobs/retention";
import { addNote } from "@/lib/notes/notes.store";
import { forgetErasedValues } from "@/lib/privacy/forget-erased-values.store";
import { requireProjectSettings } from "@/lib/projects/clients.store";
import { grantScope } from "@/lib/scope";
import { applyEvents, event, runAlertJobs, watch } from "../alerts/support";
import { asServer, CHROME, makeProject } from "../ingest/support";
import { countAllDays } from "../support/day-counts";
import { openReceiver } from "../support/receiver";
import { tracesOf } from "../support/traces";

const DAY = 24 * 60 * 60 * 1000;

let receiver: Awaited<ReturnType<typeof openReceiver>>;
beforeAll(async () => {
  receiver = await openReceiver();
});
afterAll(() => receiver.close());

/** What events carry; each text is unique in the database. */
const textsOf = (age: string) => ({
  name: `${age}-event-name`,
  device: `${age}-device-5b8d20e4`,
  property: `${age}-event-property`,
  email: `${age}.address@texts.example`,
  group: `${age}-group`,
  path: `/${age}/path`,
  title: `${age} page title`,
  referrer: `${age}-referrer.example`,
  trait: `${age}-visitor-trait`,
  note: `${age} note about a visitor`,
});

/** A visitor's and a user's events with everything they can carry. */
function history(texts: ReturnType<typeof textsOf>, ts: number): Operation[] {
  const context = {
    origin: "https://shop.example",
    path: texts.path,
    title: texts.title,
    referrer: `https://${texts.referrer}/from`,
  } as Operation["context"];
  const properties = { what: texts.property, by: texts.email };
  return [
    event("screen_view", ts, { anon: texts.device, context, properties }),
    event("traits", ts + 1, {
      anon: texts.device,
      kind: "identify",
      changes: [{ mode: "set", key: "trait", value: texts.trait }],
    }),
    ...[2, 3, 4].map((n) => event(texts.name, ts + n, { user: "ada", context, properties, groups: [texts.group] })),
  ];
}

/** docs/decisions/0089: people, their properties and ids stay; what events said of them goes. */
test("after a retention run and late events no expired text is in any table, nor in Postgres' statistics", async () => {
  const keys = await makeProject();
  const scope = grantScope(keys.id, "member:test");
  const project = await requireProjectSettings(scope);
  const now = Date.now();
  const [old, recent] = [textsOf("expired"), textsOf("recent")];
  await watch(project, receiver.url, { trigger: { on: "event", event: old.name } as never }, now - 50 * DAY);
  await applyEvents(project, ...history(old, now - 40 * DAY));
  await applyEvents(project, ...history(recent, now - 5 * DAY));
  for (const { device, note } of [old, recent])
    await addNote(scope, `a:${device}`, { authorId: newId(), members: [], now, body: note });
  const runJobs = async () => {
    await refreshAllFacts(pool(), keys.id);
    await countAllDays(keys.id, now + 2 * DAY);
    await runAlertJobs();
  };
  await runJobs();
  await pool().query("ANALYZE");
  const before = await Promise.all([...Object.values(old), ...Object.values(recent)].map(tracesOf));
  for (const places of before) expect(places).not.toEqual([]);
  expect(before.flat()).toContain("statistics of events.properties");

  await pool().query("UPDATE projects SET retention_days = 30 WHERE id = $1", [keys.id]);
  for (let rounds = 0; rounds < 20; rounds++) await stepRetention(now);
  const late = await webIngest(
    new Request("http://127.0.0.1/api/track", {
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": CHROME, ...asServer(keys.write) },
      body: JSON.stringify({
        type: "track",
        payload: {
          name: old.name,
          profileId: "ada",
          groups: [old.group],
          properties: {
            what: old.property,
            by: old.email,
            __path: old.path,
            __title: old.title,
            __referrer: `https://${old.referrer}/from`,
            __timestamp: new Date(now - 40 * DAY).toISOString(),
          },
        },
      }),
    }),
  );
  expect(late.status).toBe(202);
  await runJobs();
  await stepRetention(now);
  await forgetErasedValues(pool());

  const { name, group, ...texts } = old;
  for (const text of Object.values(texts)) expect(await tracesOf(text), text).toEqual([]);
  // A rule of members, and the list of names that were ever used.
  expect(await tracesOf(name)).toEqual(["alerts", "project_names", "statistics of project_names.name"]);
  // Who belonged to which account stays (docs/decisions/0108-kept-memberships.md).
  const accountTables = /^(?:statistics of )?account/;
  expect((await tracesOf(group)).filter((place) => !accountTables.test(place))).toEqual([]);
  for (const text of Object.values(recent)) expect(await tracesOf(text), text).not.toEqual([]);
  expect(JSON.stringify(recentMessages(scope))).not.toContain(old.property);
}, 180_000);
