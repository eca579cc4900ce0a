import { expect, test } from "vitest";
import { sweepSet } from "@/lib/alerts/sets.store";
import { pool } from "@/lib/db/pool";
import { changeAccountMerge, eraseAccount } from "@/lib/ingest/corrections/accounts";
import { refreshAllFacts } from "@/lib/jobs/facts";
import type { ProjectSettings } from "@/lib/projects/settings";
import { createAccountSegment, createSegment } from "@/lib/segments/segments.store";
import { insertAccountFacts, randomAccounts, type StoredAccount } from "../support/account-facts";
import { passMinutes } from "../support/queue";
import { randomFrom } from "../timeline/reads-world";
import {
  applyEvents,
  event,
  ORIGIN,
  type Receiver,
  runAlertJobs,
  scopeOf,
  settleFacts,
  watch,
  withReceiver,
} from "./support";

const DAY_MS = 86_400_000;
let receiver: Receiver;
let project: ProjectSettings;
withReceiver((given) => {
  ({ receiver, project } = given);
});

type Cause = { person: unknown; account: { id: string; name: string; url: string } | null };
const causes = (): Cause[][] =>
  receiver.received.map(({ body }) => (JSON.parse(body) as { data: { causes: Cause[] } }).data.causes);
/** The accounts named so far, message by message. */
const named = () => causes().map((one) => one.map(({ account }) => account?.id));

const was = (account: string, daysAgo: number, user = `of ${account}`) =>
  event("used", Date.now() - daysAgo * DAY_MS, { user, groups: [account] });
const described = (account: string, properties: Record<string, unknown>) =>
  event("group", Date.now(), { kind: "group", active: false, groups: [account], properties: properties as never });
const settle = () => refreshAllFacts(pool(), project.id, Date.now());
const sweep = (id: string) => sweepSet(pool(), { projectId: project.id, id }, Date.now());
const sweepAll = async (...alerts: { id: string }[]) => {
  for (const { id } of alerts) await sweep(id);
  await runAlertJobs();
};

/** The risk job's result for these accounts, as of their last day; it has none for others. */
async function assess(standings: Record<string, "quiet" | "here">, probability = 0.1): Promise<void> {
  await pool().query("DELETE FROM account_risk WHERE project_id = $1", [project.id]);
  await pool().query(
    `INSERT INTO account_risk (project_id, account_id, standing, probability, reason, value, rank, last_day, computed_on)
     SELECT f.project_id, f.account_id, $2::jsonb ->> f.account_id, $3, '{}', 0, 0,
            (f.last_seen AT TIME ZONE 'UTC')::date, (now() AT TIME ZONE 'UTC')::date - 1
       FROM account_facts f WHERE f.project_id = $1 AND $2::jsonb ? f.account_id`,
    [project.id, JSON.stringify(standings), probability],
  );
}

test("going quiet fires once, despite several processes, late events, a merge and its undoing, and again after a return", async () => {
  await applyEvents(project, was("acme", 20), was("beta", 20), was("cora", 1), described("beta", { name: "Beta Inc" }));
  await settle();
  await assess({ acme: "quiet", beta: "here", cora: "here" });
  const { id } = await watch(project, receiver.url, { trigger: { on: "quiet", who: "accounts" } });
  await sweepAll({ id });
  expect(named(), "acme was quiet already").toEqual([]);

  await assess({ acme: "quiet", beta: "quiet", cora: "here" });
  await Promise.all([sweep(id), sweep(id), sweep(id)]);
  await Promise.all([runAlertJobs(), runAlertJobs()]);
  expect(named()).toEqual([["beta"]]);
  expect(causes()[0]?.[0]).toMatchObject({
    person: null,
    account: { id: "beta", name: "Beta Inc", url: `${ORIGIN}/${project.id}/accounts/beta` },
  });

  await applyEvents(project, was("beta", 15));
  await settleFacts(project); // their risk is recomputed the next day
  await sweepAll({ id });
  await assess({ acme: "quiet", beta: "quiet", cora: "here" });
  await sweepAll({ id });
  expect(named(), "a late event").toHaveLength(1);

  for (const other of ["acme", "cora"]) {
    await changeAccountMerge(scopeOf(project), ["beta", other], true);
    await sweepAll({ id }); // before the job recomputes who is in which account
    await settle();
    await assess(other === "acme" ? { acme: "quiet", cora: "here" } : { acme: "quiet", beta: "here" });
    await sweepAll({ id });
    expect(named(), `merged with ${other}`).toHaveLength(1);
    await changeAccountMerge(scopeOf(project), ["beta", other], false);
    await sweepAll({ id });
    await settle();
    await assess({ acme: "quiet", cora: "here" });
    await sweepAll({ id }); // the risk of beta is unknown until the next day
    await assess({ acme: "quiet", beta: "quiet", cora: "here" });
    await sweepAll({ id });
    expect(named(), `separated from ${other}`).toHaveLength(1);
  }

  await applyEvents(project, was("beta", 0));
  await settle();
  await assess({ acme: "quiet", beta: "here", cora: "here" });
  await sweep(id);
  await assess({ acme: "quiet", beta: "quiet", cora: "here" });
  await sweepAll({ id });
  expect(named()).toEqual([["beta"], ["beta"]]);
});

test("entering or leaving a segment, reaching a risk level and changing state fire; own accounts fire nothing", async () => {
  const plan = { of: "property", test: { kind: "property", key: "plan", type: "text", is: "oneOf", values: ["pro"] } };
  const segment = await createAccountSegment(scopeOf(project), {
    name: "Pro",
    rule: { kind: "and", of: [plan] } as never,
  });
  const setPlan = (account: string, value: string) => described(account, { properties: { plan: value } });
  await applyEvents(project, ...["acme", "beta", "test"].map((one) => was(one, 3)));
  await applyEvents(project, setPlan("acme", "pro"), setPlan("beta", "free"), setPlan("test", "free"));
  await pool().query("UPDATE projects SET internal_accounts = '{test}' WHERE id = $1", [project.id]);
  await settle();
  const on = (path: string, trigger: object) =>
    watch(project, `${receiver.url}${path}`, { trigger: { who: "accounts", ...trigger } as never });
  const alerts = [
    await on("/in", { on: "segment", segment, is: "enters" }),
    await on("/out", { on: "segment", segment, is: "leaves" }),
    await on("/risk", { on: "risk", above: 80 }),
    await on("/state", { on: "state", state: "new" }),
  ];
  await assess({ acme: "here", beta: "here" }, 0.5);
  await sweepAll(...alerts);
  expect(receiver.received).toEqual([]);
  await applyEvents(project, setPlan("acme", "free"), setPlan("beta", "pro"), setPlan("test", "pro"), was("cora", 0));
  await settle();
  await assess({ beta: "here" }, 0.15);
  await sweepAll(...alerts);
  await sweepAll(...alerts);
  expect(receiver.received.map(({ path }, n) => [path, named()[n]]).sort()).toEqual([
    ["/in", ["beta"]],
    ["/out", ["acme"]],
    ["/risk", ["beta"]],
    ["/state", ["cora"]],
  ]);
  const people = await createSegment(scopeOf(project), { name: "All", rule: { kind: "and", of: [] } });
  await expect(on("/x", { on: "segment", segment: people, is: "enters" })).rejects.toMatchObject({ field: "segment" });
  await expect(on("/x", { who: "people", on: "segment", segment, is: "enters" })).rejects.toMatchObject({
    field: "segment",
  });
});

test("hundreds at once give one message that counts them; an erased account is in none, and an address is hidden", async () => {
  const accounts = Array.from({ length: 130 }, (_, n) => `c${n}`);
  await applyEvents(
    project,
    ...accounts.map((one) => was(one, 5)),
    described("c1", { name: "ada@example.com" }),
    described("c100", { name: "ada@example.com" }),
  );
  await settle();
  const { id } = await watch(project, receiver.url, { trigger: { on: "quiet", who: "accounts" }, pace: "daily" });
  await sweep(id);
  await assess(Object.fromEntries(accounts.map((one) => [one, "quiet" as const])));
  await sweep(id);
  await runAlertJobs();
  await runAlertJobs(Date.now() + 121_000);
  await eraseAccount(scopeOf(project), "c0");
  await pool().query("UPDATE projects SET names_hidden_in_alerts = true WHERE id = $1", [project.id]);
  await passMinutes(25 * 60);
  await runAlertJobs(Date.now() + 121_000);
  const [{ body } = { body: "{}" }, ...others] = receiver.received;
  expect(others).toEqual([]);
  const { data } = JSON.parse(body) as { data: { causes: Cause[]; more: number } };
  expect(data.causes.length + data.more).toBe(129);
  expect(data.causes).toContainEqual(
    expect.objectContaining({ account: expect.objectContaining({ name: "[hidden]" }) }),
  );
  expect(body).not.toMatch(/"c0"|ada@example/);
  for (const table of ["alert_accounts", "alert_firings"])
    expect(
      (await pool().query(`SELECT FROM ${table} WHERE project_id = $1 AND account_id = 'c0'`, [project.id])).rows,
      table,
    ).toEqual([]);
});

test("an account that was separated from another is erased from the rows of both", async () => {
  await applyEvents(project, was("acme", 5), was("beta", 5));
  await settle();
  const { id } = await watch(project, receiver.url, { trigger: { on: "quiet", who: "accounts" } });
  await changeAccountMerge(scopeOf(project), ["acme", "beta"], true);
  await settle();
  await assess({ acme: "quiet" });
  await sweep(id);
  await changeAccountMerge(scopeOf(project), ["acme", "beta"], false);
  await settle();
  const rowsWith = async () =>
    (await pool().query("SELECT FROM alert_accounts WHERE project_id = $1 AND 'beta' = ANY(ids)", [project.id])).rows;
  expect(await rowsWith()).not.toEqual([]);
  await eraseAccount(scopeOf(project), "beta");
  expect(await rowsWith()).toEqual([]);
});

test("a sweep that read an account before its erasure leaves nothing of it behind", async () => {
  await applyEvents(project, was("acme", 5));
  await settle();
  const { id } = await watch(project, receiver.url, { trigger: { on: "quiet", who: "accounts" } });
  await sweep(id);
  await assess({ acme: "quiet" });
  const held = await pool().connect();
  await held.query("BEGIN");
  await held.query("SELECT FROM alerts WHERE project_id = $1 AND id = $2 FOR UPDATE", [project.id, id]);
  const both = [sweep(id), eraseAccount(scopeOf(project), "acme")];
  await held.query("COMMIT");
  held.release();
  await Promise.all(both);
  await runAlertJobs();
  expect(receiver.received).toEqual([]);
  const { rows } = await pool().query("SELECT FROM alert_accounts WHERE project_id = $1", [project.id]);
  expect(rows).toEqual([]);
});

/**
 * By hand: each component of merged ids remembers whether it was in the set; one that is new begins where any of its
 * ids was.
 */
class Remembered {
  readonly fired: string[] = [];
  private known = new Map<string, boolean>();

  sweep(components: readonly (readonly string[])[], isIn: ReadonlySet<string>, isArmed: boolean): void {
    const before = [...this.known];
    for (const ids of components) {
      const key = ids.join();
      const first = (one: string) => one.split(",")[0] as string;
      const own = before.filter(([one]) => one === key);
      const led = before.filter(([one]) => ids.includes(first(one)));
      const others = before.filter(([one]) => one.split(",").some((id) => ids.includes(id)));
      const of = [own, led, others].find((some) => some.length > 0) ?? [];
      const [was, is] = [of.some(([, one]) => one), isIn.has(ids[0] as string)];
      if (isArmed && is && !was) this.fired.push(ids[0] as string);
      if (is || led.some(([, one]) => one)) this.known.set(key, is);
    }
  }
}

test("over any merges, undoings and changes, an alert fires as often as an account really enters", async () => {
  const ids = ["a", "b", "c", "d"];
  await pool().query("INSERT INTO accounts (project_id, id, created_at) SELECT $1, unnest($2::text[]), now()", [
    project.id,
    ids,
  ]);
  const { id } = await watch(project, receiver.url, { trigger: { on: "quiet", who: "accounts" } });
  const model = new Remembered();
  const pick = randomFrom(20_261_128);
  const into = new Map(ids.map((one) => [one, one]));
  const isIn = new Set<string>();
  for (let step = 0; step < 60; step++) {
    const one = ids[pick(4)] as string;
    if (pick(2) === 0) isIn.delete(one) || isIn.add(one);
    else {
      // Merged into a smaller id that is not part of another, or separated from the one that it is part of.
      const [other] = ids.filter((smaller) => smaller < one && into.get(smaller) === smaller);
      const isWhole = ids.every((part) => part === one || into.get(part) !== one);
      into.set(one, into.get(one) !== one || other === undefined || !isWhole ? one : other);
    }
    const components = ids
      .filter((whole) => into.get(whole) === whole)
      .map((whole) => ids.filter((part) => into.get(part) === whole).sort());
    const rows = ids.map((part) => ({ id: part, into: into.get(part) === part ? null : into.get(part) }));
    await pool().query(
      `WITH given AS (SELECT * FROM json_to_recordset($2::json) AS q(id text, "into" text)),
       m AS (UPDATE accounts a SET merged_into = g.into FROM given g WHERE a.project_id = $1 AND a.id = g.id),
       f AS (DELETE FROM account_facts WHERE project_id = $1),
       r AS (DELETE FROM account_risk WHERE project_id = $1) SELECT 1`,
      [project.id, JSON.stringify(rows)],
    );
    const whole = components.map(([first]) => first as string);
    const facts = { ...(randomAccounts(1)[0] as StoredAccount), isInternal: false, lastSeen: 0, firstSeen: 0 };
    await insertAccountFacts(
      project.id,
      whole.map((name) => ({ ...facts, id: name })),
    );
    await assess(Object.fromEntries(whole.map((name) => [name, isIn.has(name) ? "quiet" : "here"])));
    model.sweep(components, isIn, step > 0);
    await sweep(id);
  }
  const { rows } = await pool().query<{ id: string }>(
    `SELECT account_id AS id FROM alert_firings WHERE project_id = $1`,
    [project.id],
  );
  expect(model.fired.length).toBeGreaterThan(5);
  expect(rows.map((row) => row.id).sort()).toEqual(model.fired.sort());
});
