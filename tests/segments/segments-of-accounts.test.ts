import { beforeAll, expect, test } from "vitest";
import { GET as listAccounts } from "@/app/api/v1/accounts/route";
import { GET as listMembers } from "@/app/api/v1/segments/[id]/accounts/route";
import { GET as listPeople } from "@/app/api/v1/segments/[id]/profiles/route";
import { GET as listAllSegments } from "@/app/api/v1/segments/route";
import { accountPageSchema } from "@/lib/api/account-schemas";
import { segmentListSchema } from "@/lib/api/segment-schemas";
import { pool } from "@/lib/db/pool";
import { daysWithin } from "@/lib/format/range";
import { newId } from "@/lib/ids";
import { countSegments } from "@/lib/jobs/segments";
import type { ClientKeys } from "@/lib/projects/projects.store";
import { grantScope, type Scope } from "@/lib/scope";
import { compileAccountRule, compileRule } from "@/lib/segments/compile.queries";
import { decodeAccountRule } from "@/lib/segments/decode-rule";
import { encodeAccountRule } from "@/lib/segments/encode-rule";
import { accountMembersRule, membersRule } from "@/lib/segments/named-rules";
import { ownTeamFilter } from "@/lib/segments/own-team.queries";
import { readAccountFilter, ruleOfAccountList } from "@/lib/segments/read-account-filter";
import { type AccountRule, EVERYONE, type Rule } from "@/lib/segments/rule";
import { ruleSubjects } from "@/lib/segments/rule-subjects";
import {
  getAccountSegment,
  getSegment,
  listAccountSegments,
  listSegments,
  sizesOn,
} from "@/lib/segments/segments.queries";
import {
  createAccountSegment,
  createSegment,
  deleteSegment,
  updateAccountSegment,
  updateSegment,
} from "@/lib/segments/segments.store";
import { asServer, makeProject, type TestProject } from "../ingest/support";
import { insertAccountFacts, randomAccounts, type StoredAccount } from "../support/account-facts";

const DAY_MS = 86_400_000;
const NOW = Date.now();
let project: TestProject;
let other: TestProject;
let scope: Scope<"edit">;
let stored: StoredAccount[];

const rule = (text: string): AccountRule => decodeAccountRule(text) as AccountRule;
const PLAN_1 = "and(prop(plan,text,oneOf,plan 1))";

beforeAll(async () => {
  [project, other] = await Promise.all([makeProject(), makeProject()]);
  scope = grantScope(project.id, "system:test");
  stored = randomAccounts(80);
  await insertAccountFacts(project.id, stored);
});

const counted = (isIn: (one: StoredAccount) => boolean) =>
  stored.filter((one) => !one.isInternal && isIn(one)).map(({ id }) => id);
const onPlan1 = (one: StoredAccount) => one.properties.plan === "plan 1";

test("a segment of accounts is saved, changed and deleted, and is not one of people", async () => {
  const id = await createAccountSegment(scope, { name: "Plan 1", rule: rule(PLAN_1) });
  expect(await getAccountSegment(scope, id)).toMatchObject({ subject: "accounts", kind: "rule", rule: rule(PLAN_1) });
  expect(await getSegment(scope, id)).toBeNull();
  expect((await listAccountSegments(scope)).map(({ name }) => name)).toEqual(["Plan 1"]);
  expect(await listSegments(scope)).toEqual([]);
  await updateAccountSegment(scope, id, { name: "First plan", description: "x" });
  expect(await getAccountSegment(scope, id)).toMatchObject({ name: "First plan", rule: rule(PLAN_1) });
  await expect(updateSegment(scope, id, { name: "y" })).rejects.toMatchObject({ code: "not_found" });
  await expect(createSegment(scope, { name: "First plan", rule: null })).rejects.toMatchObject({ field: "name" });
  const stranger = grantScope(other.id, "system:test");
  expect(await getAccountSegment(stranger, id)).toBeNull();
  await expect(updateAccountSegment(stranger, id, { name: "z" })).rejects.toMatchObject({ code: "not_found" });
  await expect(deleteSegment(stranger, id)).rejects.toMatchObject({ code: "not_found" });
  await deleteSegment(scope, id);
  expect(await listAccountSegments(scope)).toEqual([]);
});

test("segments of people and accounts may refer to each other, but not in a cycle, nor to the wrong kind", async () => {
  const accounts = await createAccountSegment(scope, { name: "Accounts", rule: rule(PLAN_1) });
  const whose: Rule = { kind: "and", of: [{ kind: "whose", test: { of: "segment", is: "in", id: accounts } }] };
  const people = await createSegment(scope, { name: "Their people", rule: whose });
  const back = rule(`and(members(atLeast,1,segment(in,${people})))`);
  await expect(updateAccountSegment(scope, accounts, { rule: back })).rejects.toMatchObject({ field: "rule" });
  const wrong = [
    createSegment(scope, { name: "wrong", rule: membersRule(accounts) }),
    createAccountSegment(scope, { name: "wrong", rule: accountMembersRule(people) }),
    createAccountSegment(scope, { name: "wrong", rule: accountMembersRule(newId()) }),
  ];
  for (const attempt of await Promise.allSettled(wrong))
    expect(attempt).toMatchObject({ status: "rejected", reason: { code: "unprocessable", field: "filter" } });
  await expect(deleteSegment(scope, accounts)).rejects.toMatchObject({ code: "conflict" });
  await deleteSegment(scope, people);
  await deleteSegment(scope, accounts);
});

test("concurrent edits make no cycle and delete no segment that another begins to use; an existing cycle can be read", async () => {
  const naming = (id: string) => rule(`and(segment(in,${id}))`);
  const pair = await Promise.all(["A", "B"].map((name) => createAccountSegment(scope, { name, rule: rule(PLAN_1) })));
  const [a, b] = pair as [string, string];
  for (let round = 0; round < 5; round++) {
    const edits = await Promise.allSettled([
      updateAccountSegment(scope, a, { rule: naming(b) }),
      updateAccountSegment(scope, b, { rule: naming(a) }),
    ]);
    expect(edits.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(edits.find(({ status }) => status === "rejected")).toMatchObject({ reason: { code: "unprocessable" } });
    for (const id of pair) await updateAccountSegment(scope, id, { rule: rule(PLAN_1) });
    const gone = await createAccountSegment(scope, { name: "Gone", rule: rule(PLAN_1) });
    const [used, deleted] = await Promise.allSettled([
      round % 2
        ? updateAccountSegment(scope, a, { rule: naming(gone) })
        : createAccountSegment(scope, { name: "User", rule: naming(gone) }),
      deleteSegment(scope, gone),
    ]);
    expect([used?.status, deleted?.status].sort()).toEqual(["fulfilled", "rejected"]);
    await updateAccountSegment(scope, a, { rule: rule(PLAN_1) });
    for (const { id } of (await listAccountSegments(scope))
      .filter(({ name }) => ["User", "Gone"].includes(name))
      .reverse())
      await deleteSegment(scope, id).catch(() => undefined);
    for (const { id } of (await listAccountSegments(scope)).filter(({ name }) => name === "Gone"))
      await deleteSegment(scope, id);
  }
  // As an older version may have left it.
  const people = await createSegment(scope, { name: "Theirs", rule: EVERYONE });
  const circles: [string, AccountRule | Rule][] = [
    [a, rule(`and(members(atLeast,1,segment(in,${people})))`)],
    [people, { kind: "and", of: [{ kind: "whose", test: { of: "segment", is: "in", id: a } }] }],
  ];
  for (const [id, circle] of circles)
    await pool().query("UPDATE segments SET rule = $3 WHERE project_id = $1 AND id = $2", [project.id, id, circle]);
  await expect(compileAccountRule(scope, naming(a))).rejects.toMatchObject({ code: "unprocessable" });
  await expect(compileRule(scope, membersRule(people))).rejects.toMatchObject({ code: "unprocessable" });
  expect((await ruleSubjects(scope, membersRule(people))).size).toBe(0);
  await pool().query("UPDATE projects SET internal_segments = $2 WHERE id = $1", [project.id, [people]]);
  expect(await ownTeamFilter(scope, NOW)).toBeNull();
  await countSegments(NOW);
  expect((await listSegments(scope)).map(({ name }) => name)).toContain("Theirs");
  await updateAccountSegment(scope, a, { rule: rule(PLAN_1) });
  await deleteSegment(scope, people);
  for (const id of pair) await deleteSegment(scope, id);
  await pool().query("UPDATE projects SET internal_segments = '{}' WHERE id = $1", [project.id]);
});

test("its size is counted and stored by day", async () => {
  const id = await createAccountSegment(scope, { name: "Sized", rule: rule(PLAN_1) });
  await countSegments(NOW);
  const days = daysWithin({ from: NOW - DAY_MS, to: NOW + DAY_MS }, "UTC");
  expect((await sizesOn(scope, id, days)).map(({ people }) => people)).toEqual([counted(onPlan1).length]);
  expect((await listAccountSegments(scope))[0]?.size).toBe(counted(onPlan1).length);
  await deleteSegment(scope, id);
});

test("a list can be saved as shown: its tab, its filter and its search", async () => {
  const saved = ruleOfAccountList({ tab: "quiet", rule: rule(PLAN_1), search: " acme " });
  expect(encodeAccountRule(saved)).toBe("and(health(oneOf,quiet),prop(plan,text,oneOf,plan 1),search(acme))");
  expect(ruleOfAccountList({ tab: "all", rule: EVERYONE, search: "" }).of).toEqual([]);
});

test("a link with an unusable filter shows all accounts and says why", async () => {
  for (const filter of ["and(", `and(segment(in,${newId()}))`]) {
    const shown = await readAccountFilter(scope, filter);
    expect(shown.problem).toMatch(/all accounts are shown/i);
    expect(shown.compiled).toBeUndefined();
  }
});

/** Calls the route of a path. */
async function ask(path: string, keys: ClientKeys): Promise<{ status: number; body: unknown }> {
  const request = new Request(`http://127.0.0.1:3000/api/v1${path}`, { headers: asServer(keys) });
  const [, , , kind, id, list] = new URL(request.url).pathname.split("/");
  const context = { params: Promise.resolve({ id: id ?? "" }) };
  const of = kind === "accounts" ? listAccounts : id === undefined ? listAllSegments : undefined;
  const answer = await (of ? of(request) : (list === "accounts" ? listMembers : listPeople)(request, context));
  return { status: answer.status, body: await answer.json() };
}

test("the API lists accounts by rule, segments of both kinds, and a segment's accounts", async () => {
  const id = await createAccountSegment(scope, { name: "Plan 1", rule: rule(PLAN_1) });
  const ids = async (path: string): Promise<string[]> => {
    const { status, body } = await ask(path, project.read);
    expect(status, JSON.stringify(body)).toBe(200);
    return accountPageSchema
      .parse(body)
      .data.map((one) => one.id)
      .sort();
  };
  const filter = new URLSearchParams({ filter: PLAN_1, limit: "100" });
  expect(await ids(`/accounts?${filter}`)).toEqual(counted(onPlan1).sort());
  expect(await ids(`/segments/${id}/accounts?limit=100`)).toEqual(counted(onPlan1).sort());
  const big = new URLSearchParams({ filter: "and(people(atLeast,8))", limit: "100" });
  expect(await ids(`/segments/${id}/accounts?${big}`)).toEqual(
    counted((one) => onPlan1(one) && one.people >= 8).sort(),
  );
  const listed = await ask("/segments", project.read);
  expect(segmentListSchema.parse(listed.body).data).toMatchObject([
    { id, subject: "accounts", filter: PLAN_1, people: null, accounts: null },
  ]);
  for (const [path, key, status] of [
    [`/segments/${id}/accounts`, other.read, 404],
    [`/segments/${id}/profiles`, project.read, 404],
    ["/accounts?filter=and(", project.read, 400],
    [`/accounts?filter=${encodeURIComponent(`and(segment(in,${newId()}))`)}`, project.read, 422],
    [`/accounts?filter=${"x".repeat(9_000)}`, project.read, 400],
  ] as const) {
    const answer = await ask(path, key);
    expect(answer.status, path).toBe(status);
    if (status !== 404) expect(answer.body).toMatchObject({ error: { field: "filter" } });
  }
});
