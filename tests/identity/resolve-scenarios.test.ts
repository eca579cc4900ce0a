import { expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import type { Operation } from "@/lib/events/operation";
import type { PropertyChange } from "@/lib/events/property-change";
import { toUuid } from "@/lib/ids";
import { T0, toOperation } from "./generate";
import type { ModelOp } from "./model";
import { observe } from "./observe";
import { compareWithModel, makeModelProject, sendOperations } from "./run";
import { parseOutcome, parseScript } from "./script";

const SCENARIOS = [
  [1, "anon then identify", "a@0 a@5 A/a@10", "A: 0,5,10"],
  [2, "two devices", "a@0 A/a@10 b@20 A/b@30 A@40", "A: 0,10,20,30,40"],
  [3, "second device never identified", "a@0 A/a@10 b@20", "A: 0,10; anon b: 20"],
  [4, "logout with reset", "a@0 A/a@5 b@10 B/b@15 b@16", "A: 0,5; B: 10,15,16"],
  [5, "no reset, quick switch", "A/a@0 a@10 B/a@20", "A: 0; B: 10,20"],
  [
    7,
    "guest logs in once on my device",
    "A/a@0 a@1d a@2d B/a@3d a@3.01d a@4d A/a@5d",
    "A: 0,5d; B: 3d,3.01d; anon a: 1d,2d,4d",
  ],
  [8, "logged-out, single-user device", "A/a@0 a@1d a@40d", "A: 0,1d,40d"],
  [9, "reload prefix, identify re-fires", "A/a@0 a@60 A/a@60.1 a@2d A/a@2.1d", "A: 0,60,60.1,2d,2.1d"],
  [10, "late anon before claim", "A/a@100 a@10", "A: 10,100"],
  [11, "late anon older than 1st claim, after 2nd", "A/a@100 B/a@500 a@10", "A: 10,100; B: 500"],
  [13, "server event first", "A@0 a@10 A/a@20", "A: 0,10,20"],
  [14, "identify without anon id", "A@0 A@5", "A: 0,5"],
  [15, "alias, both have history", "A@0 a@1 A/a@2 B@3 b@4 B/b@5 ~A=B@6", "A+B: 0,1,2,3,4,5"],
  [16, "alias then unalias", "A@0 B@1 ~A=B@2 !A=B@3", "A: 0; B: 1"],
  [17, "unalias older than alias", "A@0 B@1 !A=B@2 ~A=B@3", "A+B: 0,1"],
  [18, "chain and cycle", "A@0 B@1 C@2 ~A=B ~B=C ~C=A", "A+B+C: 0,1,2"],
  [20, "anon id equals a user id", "Alice@0 alice@1 B/alice@2", "Alice: 0; B: 1,2"],
  [23, "impersonation", "a@0 B/a^@5 a@6 A/a@10", "A: 0,6,10; B: 5"],
  [24, "kiosk", "k@0 k@5h A/k@5.2h k@5.3h k@9h", "A: 5h,5.2h; anon k: 0,5.3h,9h"],
  [25, "cookieless, one user", "c@0 c@1h A/c@1.2h c@1.5h c@3h", "A: 1h,1.2h,1.5h; anon c: 0,3h"],
  [28, "identify repeated", "a@0 A/a@5 A/a@5 a@6 A/a@9", "A: 0,5,5,6,9"],
] as const;

test.each(SCENARIOS)("%i. %s: %s → %s", async (_number, _name, script, outcome) => {
  const ops = parseScript(script);
  for (const order of [ops, [...ops].reverse()]) {
    const project = await makeModelProject(pool());
    for (const op of order) await sendOperations(pool(), project, [toOperation(op)]);
    const view = await observe(pool(), project.id);
    const byOwner: { [owner: string]: number[] } = {};
    for (const op of ops) {
      const owner = view.owners[op.id];
      if (owner !== undefined) byOwner[owner] = [...(byOwner[owner] ?? []), op.ts];
    }
    for (const times of Object.values(byOwner)) times.sort((a, b) => a - b);
    expect(byOwner).toEqual(parseOutcome(outcome));
    expect(await compareWithModel(pool(), project, ops)).toEqual([]);
  }
});

test("28. a repeated identify leaves one span row", async () => {
  const project = await makeModelProject(pool());
  for (const op of parseScript("a@0 A/a@5 A/a@5 a@6 A/a@9")) await sendOperations(pool(), project, [toOperation(op)]);
  const { rows } = await pool().query("SELECT count(*) AS n FROM spans WHERE project_id = $1", [project.id]);
  expect(rows[0]?.n).toBe(1);
});

test("29. replay of a whole batch by two workers counts once", async () => {
  const project = await makeModelProject(pool());
  const ops = parseScript("a@0 a@5 A/a@10");
  await Promise.all([
    sendOperations(
      pool(),
      project,
      ops.map((op) => toOperation(op)),
    ),
    sendOperations(
      pool(),
      project,
      ops.map((op) => toOperation(op)),
    ),
  ]);
  expect((await observe(pool(), project.id)).people.A?.count).toBe(3);
});

test("30. of two payloads with one operation id the first is kept", async () => {
  const project = await makeModelProject(pool());
  const [first] = parseScript("A@0");
  const with_ = (v: number): Operation => ({ ...toOperation(first as ModelOp), properties: { v } });
  await sendOperations(pool(), project, [with_(1)]);
  const [second] = await sendOperations(pool(), project, [with_(2)]);
  expect(second?.status).toBe("duplicate");
  const { rows } = await pool().query("SELECT properties FROM events WHERE project_id = $1", [project.id]);
  expect(rows).toEqual([{ properties: { v: 1 } }]);
});

const change = (
  minute: number,
  user: string | null,
  changes: PropertyChange[],
  anon: string | null = null,
): ModelOp => ({
  id: toUuid(`${minute} ${user} ${JSON.stringify(changes)}`, "6ba7b810-9dad-11d1-80b4-00c04fd430c8"),
  ts: T0 + minute * 60_000,
  user,
  anon,
  cls: "sdk",
  session: null,
  claim: true,
  active: false,
  changes,
});

test.each([
  [
    "31. an anonymous default does not overwrite what the user set",
    [
      change(9, null, [{ mode: "set", key: "plan", value: "free" }], "a"),
      change(5, "A", [{ mode: "set", key: "plan", value: "pro" }]),
      change(10, "A", [], "a"),
    ],
    { plan: "pro" },
  ],
  [
    "33. a late set does not overwrite a newer one",
    [change(20, "A", [{ mode: "set", key: "x", value: 2 }]), change(10, "A", [{ mode: "set", key: "x", value: 1 }])],
    { x: 2 },
  ],
  [
    "34. only increments after the newest set count, whatever comes late or twice",
    [
      change(1, "A", [{ mode: "increment", key: "n", value: 1 }]),
      change(5, "A", [{ mode: "set", key: "n", value: 10 }]),
      change(6, "A", [{ mode: "increment", key: "n", value: 2 }]),
      change(2, "A", [{ mode: "increment", key: "n", value: 4 }]),
      change(6, "A", [{ mode: "increment", key: "n", value: 2 }]),
    ],
    { n: 12 },
  ],
  [
    "increments add as decimals: 0.1 and 0.2 are 0.3",
    [0.1, 0.2, 0.7].map((value, i) => change(i, "A", [{ mode: "increment", key: "usage.gb", value }])),
    { "usage.gb": 1 },
  ],
  [
    "unset hides a value, and increments restart from zero",
    [
      change(1, "A", [{ mode: "set", key: "n", value: 5 }]),
      change(2, "A", [{ mode: "set", key: "n", value: null }]),
      change(3, "A", [{ mode: "increment", key: "n", value: 2 }]),
    ],
    { n: 2 },
  ],
] as const)("%s", async (_name, ops, props) => {
  for (const order of [ops, [...ops].reverse()]) {
    const project = await makeModelProject(pool());
    for (const op of order) await sendOperations(pool(), project, [toOperation(op)]);
    expect((await observe(pool(), project.id)).people.A?.props).toEqual(props);
  }
});

const SESSION = "0190a000-0000-7000-8000-000000000001";

test("35. a session across a login is one session of the person", async () => {
  const project = await makeModelProject(pool());
  const ops = parseScript("a@0 a@1 A/a@2").map((op) => ({ ...op, session: SESSION }));
  for (const op of ops) await sendOperations(pool(), project, [toOperation(op)]);
  const view = await observe(pool(), project.id);
  expect(Object.keys(view.people)).toEqual(["A"]);
  expect(view.people.A?.sessions).toEqual({ [SESSION]: [3, T0, T0 + 120_000] });
});

test("36. two users in one session id see only their own rows", async () => {
  const project = await makeModelProject(pool());
  const ops = parseScript("A/a@0 B/a@5 a@3").map((op) => ({ ...op, session: SESSION }));
  for (const op of ops) await sendOperations(pool(), project, [toOperation(op)]);
  const { people } = await observe(pool(), project.id);
  expect(people.A?.sessions).toEqual({ [SESSION]: [1, T0, T0] });
  expect(people.B?.sessions).toEqual({ [SESSION]: [2, T0 + 180_000, T0 + 300_000] });
});

test("37. a nightly upsert changes neither last seen nor the event count", async () => {
  const project = await makeModelProject(pool());
  for (const op of [...parseScript("A@0"), change(600, "A", [{ mode: "set", key: "crm", value: 1 }])])
    await sendOperations(pool(), project, [toOperation(op)]);
  expect((await observe(pool(), project.id)).people.A).toMatchObject({ count: 1, last: T0, props: { crm: 1 } });
});

test("40. an id magnet: claims 1 to 200 are kept, the 201st is explicit only, with a warning", async () => {
  const project = await makeModelProject(pool());
  const ops = Array.from({ length: 201 }, (_, i) => parseScript(`dev${i}@0 Shared1/dev${i}@1`)).flat();
  const outcomes = await sendOperations(
    pool(),
    project,
    ops.map((op) => toOperation(op)),
  );
  const warned = outcomes.filter((outcome) => outcome.warnings.length > 0);
  expect(warned).toHaveLength(1);
  expect(warned[0]?.warnings[0]).toContain("looks shared");
  const { people } = await observe(pool(), project.id);
  expect(people.Shared1?.count).toBe(200 + 201);
  expect(Object.keys(people).filter((owner) => owner.startsWith("a:"))).toEqual(["a:dev200"]);
});
