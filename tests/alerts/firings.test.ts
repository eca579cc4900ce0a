import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import { MAX_ALERTS } from "@/lib/alerts/alert";
import { changeAlert, deleteAlert, renewSecret, switchAlert } from "@/lib/alerts/alerts.store";
import { deliveriesOf } from "@/lib/alerts/deliveries.queries";
import {
  adoptDeliveries,
  deleteOldDeliveries,
  MAX_DELIVERY_TRIES,
  queueTestDelivery,
  sendDeliveryAgain,
} from "@/lib/alerts/deliveries.store";
import { forgetWatches } from "@/lib/alerts/firings.store";
import { pool } from "@/lib/db/pool";
import { refreshAllFacts } from "@/lib/jobs/facts";
import { erasePerson } from "@/lib/privacy/erase";
import { applyRetention } from "@/lib/privacy/retention";
import { getProfile } from "@/lib/profiles/person/person.queries";
import type { ProjectSettings } from "@/lib/projects/settings";
import { maintainQueues, takeJob } from "@/lib/queue/queue.store";
import { grantScope } from "@/lib/scope";
import { seal } from "@/lib/seal";
import { decodeRule } from "@/lib/segments/decode-rule";
import { createSegment } from "@/lib/segments/segments.store";
import { jobStates, passMinutes } from "../support/queue";
import {
  applyEvents,
  event,
  named,
  ORIGIN,
  type Receiver,
  runAlertJobs,
  scopeOf,
  watch,
  withReceiver,
} from "./support";

let receiver: Receiver;
let project: ProjectSettings;
withReceiver((given) => {
  ({ receiver, project } = given);
});

type Body = {
  type: string;
  data: { causes: { person: { ref: string; name: string; url: string } | null }[]; more: number };
};
const bodies = (): Body[] => receiver.received.map(({ body }) => JSON.parse(body) as Body);

test("an event fires once: signed, readable, with a link to the person; a repeated event fires nothing", async () => {
  const { secret } = await watch(project, `${receiver.url}/hook`, {}, Date.now() - 1000);
  const exported = event("exported", Date.now(), { user: "u1" });
  await applyEvents(project, named("u1", "Ada"), exported, event("viewed", Date.now(), { user: "u1" }));
  await runAlertJobs();
  await applyEvents(project, exported);
  await runAlertJobs();
  expect(receiver.received).toHaveLength(1);
  const [{ headers, body, path } = { headers: {}, body: "", path: "" }] = receiver.received;
  expect(path).toBe("/hook");
  expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toMatchObject({ type: "alert.fired" });
  expect(() => new Webhook(secret).verify(`${body} `, headers as Record<string, string>)).toThrow();
  expect(bodies()[0]?.data.causes).toEqual([
    expect.objectContaining({ person: { ref: "u:u1", name: "Ada", url: `${ORIGIN}/${project.id}/users/u%3Au1` } }),
  ]);
});

test("a project that hides names in alerts sends none, with a link that still leads to the person", async () => {
  await pool().query("UPDATE projects SET names_hidden_in_alerts = true WHERE id = $1", [project.id]);
  await watch(project, receiver.url, {}, Date.now() - 1000);
  const user = "ada@private.example";
  await applyEvents(project, named(user, "Ada"), event("exported", Date.now(), { user }));
  await runAlertJobs();
  const [{ body } = { body: "" }] = receiver.received;
  expect(body).toContain("exported");
  expect(body).not.toMatch(/ada|private\.example/i);
  const ref = bodies()[0]?.data.causes[0]?.person?.ref ?? "";
  const found = await getProfile(grantScope(project.id, "system:test"), ref);
  expect(found?.name).toBe("Ada");
});

test("a project that hides names in alerts sends no address in the names of alerts and segments either", async () => {
  await pool().query("UPDATE projects SET names_hidden_in_alerts = true WHERE id = $1", [project.id]);
  const rule = decodeRule("and(prop(plan,text,oneOf,pro))");
  const segment = await createSegment(scopeOf(project), { name: "Team of bob@private.example", rule });
  const trigger = { on: "segment", who: "people", is: "enters", segment } as const;
  const { id } = await watch(project, receiver.url, { name: "For ada@private.example", trigger });
  await queueTestDelivery(scopeOf(project), id, Date.now());
  await runAlertJobs();
  expect(receiver.received[0]?.body).toContain("Team of [hidden]");
  expect(receiver.received[0]?.body).toContain("For [hidden]");
  expect(receiver.received[0]?.body).not.toContain("private.example");
});

test("conditions test the event's properties, as in a filter", async () => {
  const where = [{ kind: "property", key: "rows", type: "number", is: "ge", value: 100 }];
  await watch(project, receiver.url, { trigger: { on: "event", event: "exported", where } }, 0);
  const rows = (count: number) => event("exported", Date.now(), { user: `u${count}`, properties: { rows: count } });
  await applyEvents(project, rows(99), rows(100), rows(2000));
  await runAlertJobs();
  expect(bodies()[0]?.data.causes.map(({ person }) => person?.ref)).toEqual(["u:u100", "u:u2000"]);
});

test("people who meet a condition are named, however many other events do not meet it", async () => {
  const where = [{ kind: "property", key: "rows", type: "number", is: "ge", value: 100 }];
  await watch(project, receiver.url, { trigger: { on: "event", event: "exported", where } }, 0);
  const rows = (user: string, count: number) => event("exported", Date.now(), { user, properties: { rows: count } });
  for (const user of ["first", "second"])
    await applyEvents(project, ...Array.from({ length: 50 }, (_, n) => rows(`u${n}`, 1)), rows(user, 100));
  await runAlertJobs();
  expect(
    bodies()
      .flatMap(({ data }) => data.causes.map(({ person }) => person?.ref))
      .sort(),
  ).toEqual(["u:first", "u:second"]);
});

test("events of the own team fire nothing, neither one by one nor in a flood", async () => {
  await watch(project, receiver.url, {}, 0);
  await applyEvents(project, named("staff", "Sam"), event("viewed", Date.now(), { user: "staff", anon: "device" }));
  await refreshAllFacts(pool(), project.id, Date.now());
  await pool().query("UPDATE profile_facts SET is_internal = true WHERE project_id = $1", [project.id]);
  const exported = (of: object) => event("exported", Date.now(), of);
  const theirs = Array.from({ length: 40 }, (_, n) => exported(n % 2 ? { user: "staff" } : { anon: "device" }));
  await applyEvents(project, ...theirs, exported({ user: "u1" }), exported({ anon: "visitor" }));
  await runAlertJobs();
  await runAlertJobs(Date.now() + 121_000);
  expect(
    bodies()
      .flatMap(({ data }) => data.causes.map(({ person }) => person?.ref))
      .sort(),
  ).toEqual(["a:visitor", "u:u1"]);
});

test("an alert that a newer version wrote stops no event from being stored", async () => {
  const { id } = await watch(project, receiver.url, {}, 0);
  const newer = {
    on: "event",
    event: "exported",
    where: [{ kind: "property", key: "rows", type: "shape", is: "round" }],
  };
  await pool().query("UPDATE alerts SET trigger = $2 WHERE id = $1", [id, newer]);
  expect(await applyEvents(project, event("exported", Date.now(), { user: "u1" }))).toMatchObject([
    { status: "accepted" },
  ]);
});

test("late events fire when they arrive; events from before the alert was created do not", async () => {
  const made = Date.now() - 3 * 86_400_000;
  await watch(project, receiver.url, {}, made);
  await applyEvents(
    project,
    event("exported", made - 1, { user: "early" }),
    event("exported", made + 1, { user: "late" }),
  );
  await runAlertJobs();
  expect(bodies().flatMap(({ data }) => data.causes.map(({ person }) => person?.ref))).toEqual(["u:late"]);
});

test("several processes at once send each message once", async () => {
  await watch(project, receiver.url, {}, 0);
  await Promise.all(
    Array.from({ length: 6 }, (_, n) => applyEvents(project, event("exported", Date.now(), { user: `u${n}` }))),
  );
  await Promise.all([runAlertJobs(), runAlertJobs(), runAlertJobs()]);
  await Promise.all([runAlertJobs(), runAlertJobs()]);
  const refs = bodies().flatMap(({ data }) => data.causes.map(({ person }) => person?.ref));
  expect(refs.sort()).toEqual(["u:u0", "u:u1", "u:u2", "u:u3", "u:u4", "u:u5"]);
});

test("if a process dies while sending, another sends the message with the same id", async () => {
  const { id } = await watch(project, receiver.url, {}, 0);
  await applyEvents(project, event("exported", Date.now(), { user: "u1" }));
  const { collectAlertCauses } = await import("@/lib/jobs/alerts");
  await collectAlertCauses(Date.now(), new AbortController().signal);
  const job = await takeJob("alert");
  expect(job).not.toBeNull();
  await runAlertJobs();
  expect(receiver.received).toEqual([]);
  await passMinutes(3);
  await maintainQueues();
  await passMinutes(3);
  await runAlertJobs();
  expect(receiver.received.map(({ headers }) => headers["webhook-id"])).toEqual([job?.id]);
  expect(await deliveriesOf(scopeOf(project), id)).toMatchObject([{ state: "sent", status: 204, causes: 1 }]);
});

test("a failing receiver is retried, given up in the end, and retried again on request", async () => {
  const { id } = await watch(project, receiver.url, {}, 0);
  receiver.state.status = 503;
  await applyEvents(project, event("exported", Date.now(), { user: "u1" }));
  await runAlertJobs();
  expect(await deliveriesOf(scopeOf(project), id)).toMatchObject([
    { state: "waiting", tries: 1, status: 503, fault: "It answered 503." },
  ]);
  for (let tries = 0; tries < 12; tries++) {
    await passMinutes(2 * 24 * 60);
    await runAlertJobs();
  }
  const [given] = await deliveriesOf(scopeOf(project), id);
  expect(given).toMatchObject({ state: "failed", dueAt: null, tries: 9 });
  receiver.state.status = 200;
  await sendDeliveryAgain(scopeOf(project), given?.id ?? "", Date.now());
  await runAlertJobs();
  expect(await deliveriesOf(scopeOf(project), id)).toMatchObject([{ state: "sent", status: 200 }]);
  expect(new Set(receiver.received.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
});

test("a message whose job was lost gets another one", async () => {
  await watch(project, receiver.url, { pace: "daily" }, 0);
  await applyEvents(project, event("exported", Date.now(), { user: "u1" }));
  await runAlertJobs();
  await pool().query("DELETE FROM pgboss.job"); // a backup without its schema, or a week without any process
  await passMinutes(25 * 60);
  receiver.state.status = 503;
  await adoptDeliveries(pool());
  await adoptDeliveries(pool());
  await runAlertJobs();
  expect(await jobStates("alert")).toEqual({ retry: 1 });
  receiver.state.status = 204;
  await passMinutes(5);
  await runAlertJobs();
  expect(receiver.received).toHaveLength(2);
  expect(await jobStates("alert")).toEqual({ completed: 1 });
});

test("a message can be sent again a limited number of times", async () => {
  const { id } = await watch(project, receiver.url, {}, 0);
  await applyEvents(project, event("exported", Date.now(), { user: "u1" }));
  await runAlertJobs();
  const [sent] = await deliveriesOf(scopeOf(project), id);
  const again = () => sendDeliveryAgain(scopeOf(project), sent?.id ?? "", Date.now());
  for (let tries = 1; tries < MAX_DELIVERY_TRIES; tries++) {
    await again();
    await runAlertJobs();
  }
  await expect(again()).rejects.toMatchObject({ code: "rate_limited" });
  await runAlertJobs();
  expect(receiver.received).toHaveLength(MAX_DELIVERY_TRIES);
});

test("private addresses, redirects and plain http are rejected, whatever a name resolves to", async () => {
  const { id } = await watch(project, receiver.url, {}, 0);
  await applyEvents(project, event("exported", Date.now(), { user: "u1" }));
  await runAlertJobs(Date.now(), { WEBHOOK_NETWORKS: "" });
  expect(receiver.received).toEqual([]);
  expect((await deliveriesOf(scopeOf(project), id))[0]?.fault).toBe(
    "It resolves to a private address, which this instance does not call.",
  );
  receiver.state.status = 302;
  receiver.state.location = "http://169.254.169.254/latest/meta-data";
  await passMinutes(10);
  await runAlertJobs();
  expect((await deliveriesOf(scopeOf(project), id))[0]?.fault).toBe("It answered 302; redirects are not followed.");
});

test("a flood is folded into few messages, and every event is counted", async () => {
  await watch(project, receiver.url, {}, 0);
  for (let n = 0; n < 9; n++) {
    await applyEvents(project, event("exported", Date.now(), { user: `u${n}` }));
    await runAlertJobs();
  }
  expect(receiver.received).toHaveLength(5);
  await applyEvents(
    project,
    ...Array.from({ length: 300 }, (_, n) => event("exported", Date.now(), { user: `many${n}` })),
  );
  await runAlertJobs(Date.now() + 121_000);
  await passMinutes(11);
  await runAlertJobs(Date.now() + 121_000);
  expect(receiver.received).toHaveLength(6);
  const counted = bodies().reduce((sum, { data }) => sum + data.causes.length + data.more, 0);
  expect(counted).toBe(309);
  const { rows } = await pool().query("SELECT FROM alert_firings WHERE project_id = $1", [project.id]);
  expect(rows.length).toBeLessThanOrEqual(22);
});

test("nothing about an erased person is sent or kept", async () => {
  const { id } = await watch(project, receiver.url, { pace: "daily" }, 0);
  await applyEvents(project, named("gone", "Zoe Zebra"), event("exported", Date.now(), { user: "gone" }));
  await runAlertJobs();
  await applyEvents(project, event("exported", Date.now(), { user: "stays" }));
  await runAlertJobs();
  const options = { suppress: false, dryRun: false, requestedBy: "member:test", now: Date.now() };
  await erasePerson(pool(), project, { kind: "u", extId: "gone" }, options);
  await passMinutes(25 * 60);
  await runAlertJobs();
  expect(bodies().map(({ data }) => data.causes.map(({ person }) => person?.ref))).toEqual([["u:stays"]]);
  expect(receiver.received[0]?.body).not.toContain("Zebra");
  await erasePerson(pool(), project, { kind: "u", extId: "stays" }, options);
  expect(await deliveriesOf(scopeOf(project), id)).toEqual([]);
  for (const table of ["alert_firings", "alert_deliveries", "alert_people"]) {
    const { rows } = await pool().query(`SELECT FROM ${table} WHERE project_id = $1`, [project.id]);
    expect(rows, table).toEqual([]);
  }
});

test("deliveries and their causes are deleted after a month, and the event does not fire again", async () => {
  const { id } = await watch(project, receiver.url, {}, 0);
  const exported = event("exported", Date.now(), { user: "u1" });
  await applyEvents(project, exported);
  await runAlertJobs();
  await deleteOldDeliveries(pool(), Date.now() + 29 * 86_400_000);
  expect(await deliveriesOf(scopeOf(project), id)).toHaveLength(1);
  await deleteOldDeliveries(pool(), Date.now() + 31 * 86_400_000);
  expect(await deliveriesOf(scopeOf(project), id)).toEqual([]);
  const { rows } = await pool().query("SELECT FROM alert_firings WHERE project_id = $1", [project.id]);
  expect(rows).toEqual([]);
  await applyEvents(project, exported);
  await runAlertJobs();
  expect(receiver.received).toHaveLength(1);
});

test("messages about events that have passed a limit go with the events, and no others do", async () => {
  const now = Date.now();
  const old = now - 5 * 86_400_000;
  for (const name of ["exported", "viewed"])
    await watch(project, receiver.url, { trigger: { on: "event", event: name } as never }, 0);
  for (const name of ["exported", "viewed"]) await applyEvents(project, event(name, old, { user: "u1" }));
  await applyEvents(project, event("exported", now, { user: "u1" }));
  await runAlertJobs();
  const eventsOfMessages = async () => {
    const { rows } = await pool().query(
      `SELECT e.name, e.ts FROM alert_firings f LEFT JOIN events e ON e.project_id = f.project_id AND e.id = f.event_id
        WHERE f.project_id = $1 ORDER BY e.ts`,
      [project.id],
    );
    return rows;
  };
  await applyRetention(pool(), project.id, { days: 0, byEvent: ["exported: 2"] }, now);
  expect(await eventsOfMessages(), "a limit of one name").toEqual([
    { name: "viewed", ts: old },
    { name: "exported", ts: now },
  ]);
  await applyRetention(pool(), project.id, { days: 2, byEvent: ["viewed: 30"] }, now);
  expect(await eventsOfMessages(), "the usual limit, with a longer one of a name").toEqual([
    { name: "viewed", ts: old },
    { name: "exported", ts: now },
  ]);
  await applyRetention(pool(), project.id, { days: 2, byEvent: [] }, now);
  expect(await eventsOfMessages(), "the usual limit").toEqual([{ name: "exported", ts: now }]);
});

test("secrets are shown once and not readable in the database; a new one replaces the old", async () => {
  const { id, secret } = await watch(project, `${receiver.url}/secret-path`, {}, 0);
  const { rows } = await pool().query("SELECT a::text AS row FROM alerts a WHERE id = $1", [id]);
  const hex = Buffer.from(secret.slice(6)).toString("hex");
  for (const part of [secret, secret.slice(6), hex, Buffer.from("secret-path").toString("hex"), "secret-path"])
    expect(String(rows[0]?.row)).not.toContain(part);
  const renewed = await renewSecret(scopeOf(project), id);
  await queueTestDelivery(scopeOf(project), id, Date.now());
  await runAlertJobs();
  const [{ headers, body } = { headers: {}, body: "" }] = receiver.received;
  expect(() => new Webhook(secret).verify(body, headers as Record<string, string>)).toThrow();
  expect(new Webhook(renewed).verify(body, headers as Record<string, string>)).toMatchObject({ type: "alert.test" });
});

test("after a change of AUTH_SECRET, a new address and a new signing secret repair an alert", async () => {
  const { id } = await watch(project, receiver.url, {}, 0);
  const lost = seal(["the AUTH_SECRET of before"], { purpose: "alert endpoint", owner: id }, Buffer.from("{}"));
  await pool().query("UPDATE alerts SET endpoint = $2 WHERE id = $1", [id, lost]);
  const given = { name: "Renamed", trigger: { on: "event", event: "exported" }, channel: "webhook" } as const;
  const change = (url: string) =>
    changeAlert(scopeOf(project), id, { ...given, url, pace: "immediate", quiet: null, zone: "UTC" }, Date.now());
  await change("");
  await expect(renewSecret(scopeOf(project), id)).rejects.toMatchObject({ code: "conflict" });
  await change(receiver.url);
  const secret = await renewSecret(scopeOf(project), id);
  await queueTestDelivery(scopeOf(project), id, Date.now());
  await runAlertJobs();
  const [{ headers, body } = { headers: {}, body: "" }] = receiver.received;
  expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toMatchObject({ type: "alert.test" });
});

test("an alert that was off, changed or deleted does not report earlier events", async () => {
  const { id } = await watch(project, receiver.url, {}, 0);
  await switchAlert(scopeOf(project), id, false, Date.now());
  forgetWatches();
  await applyEvents(project, event("exported", Date.now(), { user: "u1" }));
  await switchAlert(scopeOf(project), id, true, Date.now());
  forgetWatches();
  await runAlertJobs();
  expect(receiver.received).toEqual([]);
  const given = { name: "Views", trigger: { on: "event", event: "viewed" }, channel: "webhook" } as const;
  await changeAlert(scopeOf(project), id, { ...given, pace: "immediate", quiet: null, zone: "UTC" }, Date.now());
  forgetWatches();
  await applyEvents(
    project,
    event("exported", Date.now(), { user: "u1" }),
    event("viewed", Date.now(), { user: "u2" }),
  );
  await runAlertJobs();
  expect(bodies().map(({ data }) => data.causes.map(({ person }) => person?.ref))).toEqual([["u:u2"]]);
  await deleteAlert(scopeOf(project), id);
  await runAlertJobs();
  expect(receiver.received).toHaveLength(1);
});

test("a project has a limited number of alerts, and an invalid one is rejected, naming the field", async () => {
  const refused = (given: object) => expect(watch(project, receiver.url, given)).rejects;
  await refused({ url: "ftp://example.com" }).toMatchObject({ code: "unprocessable", field: "url" });
  await refused({ url: "" }).toMatchObject({ code: "unprocessable", field: "url" });
  await refused({ name: " " }).toMatchObject({ code: "unprocessable", field: "name" });
  await refused({ channel: "email", recipient: project.id }).toMatchObject({ field: "recipient" });
  await refused({ trigger: { on: "event", event: "x", where: [{ kind: "nonsense" }] } }).toMatchObject({
    code: "unprocessable",
  });
  await Promise.all(Array.from({ length: MAX_ALERTS }, () => watch(project, receiver.url, {})));
  await refused({}).toMatchObject({ code: "conflict" });
});
