import { expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { findIdentity } from "@/lib/identity/person.queries";
import { type PersonSummary, personSummaries } from "@/lib/identity/person-summary.queries";
import { applyCorrection, previewCorrection } from "@/lib/ingest/corrections/apply-correction";
import { type Correction, oppositeCorrection } from "@/lib/ingest/corrections/correction";
import type { ProjectSettings } from "@/lib/projects/settings";
import { random, sequence, toOperation } from "../identity/generate";
import { personsOf } from "../identity/model";
import { faults, observe } from "../identity/observe";
import { comparable, makeModelProject, sendOperations } from "../identity/run";
import { parseScript } from "../identity/script";

const by = () => ({ madeBy: "member:test", now: Date.now() });
const run = (project: ProjectSettings, script: string) =>
  sendOperations(
    pool(),
    project,
    parseScript(script).map((op) => toOperation(op)),
  );
const brief = (people: PersonSummary[]) => people.map(({ ref, events, sessions }) => [ref, events, sessions]);

/** The people in a preview, as they actually are. */
async function reality(project: ProjectSettings, correction: Correction): Promise<PersonSummary[]> {
  const users = "pairs" in correction ? correction.pairs.flat() : correction.userIds;
  const userIds = await Promise.all(users.map((id) => findIdentity(pool(), project.id, "u", id)));
  const stream = "pairs" in correction ? null : await findIdentity(pool(), project.id, "a", correction.anonymousId);
  return personSummaries(pool(), project.id, {
    userIds: userIds as number[],
    streamIds: stream === null ? [] : [stream],
  });
}

test("a merge's preview shows the resulting people, with events and sessions", async () => {
  const project = await makeModelProject(pool());
  await run(project, "a@0 A/a@2 A@60 b@5 B/b@6");
  const merge: Correction = { kind: "alias", pairs: [["A", "B"]] };
  const { before, after } = await previewCorrection(pool(), project, merge);
  expect(brief(before)).toEqual([
    ["u:A", 3, 1],
    ["u:B", 2, 1],
  ]);
  expect(after).toMatchObject([{ ref: "u:A", userIds: ["A", "B"], events: 5, sessions: 2 }]);
});

test("a detachment's preview shows the resulting anonymous visitor", async () => {
  const project = await makeModelProject(pool());
  await run(project, "a@0 a@5 A/a@10 a@15 A@20");
  const { before, after } = await previewCorrection(pool(), project, {
    kind: "detach",
    anonymousId: "a",
    userIds: ["A"],
  });
  expect(before.map(({ ref, events }) => [ref, events])).toEqual([["u:A", 5]]);
  expect(after.map(({ ref, events }) => [ref, events])).toEqual([
    ["a:a", 3],
    ["u:A", 2],
  ]);
});

test("many edges are removed and restored in one correction", async () => {
  const project = await makeModelProject(pool());
  await run(project, "A@0 B@1 C@2 D@3 ~A=B@4 ~A=C@5 ~A=D@6");
  const before = comparable(await observe(pool(), project.id));
  const cut: Correction = {
    kind: "unalias",
    pairs: [
      ["A", "B"],
      ["A", "C"],
      ["A", "D"],
    ],
  };
  await applyCorrection(pool(), project, cut, by());
  expect(Object.keys((await observe(pool(), project.id)).people).sort()).toEqual(["A", "B", "C", "D"]);
  await applyCorrection(pool(), project, oppositeCorrection(cut), by());
  expect(comparable(await observe(pool(), project.id))).toEqual(before);
});

test("a person gets at most 100 user ids", async () => {
  const project = await makeModelProject(pool());
  await run(project, Array.from({ length: 101 }, (_, i) => `U${i}@${i}`).join(" "));
  const star = Array.from({ length: 99 }, (_, i) => ["U0", `U${i + 1}`] as const);
  await applyCorrection(pool(), project, { kind: "alias", pairs: star }, by());
  const tooMuch: Correction = { kind: "alias", pairs: [["U5", "U100"]] };
  await expect(applyCorrection(pool(), project, tooMuch, by())).rejects.toMatchObject({ code: "conflict" });
  await expect(previewCorrection(pool(), project, tooMuch)).rejects.toMatchObject({ code: "conflict" });
  expect((await reality(project, tooMuch)).map(({ userIds }) => userIds.length).sort()).toEqual([1, 100]);
});

test("errors name unknown ids and devices, and say if there is nothing to undo", async () => {
  const project = await makeModelProject(pool());
  await run(project, "A/a@0");
  const wrong = (correction: Correction) => applyCorrection(pool(), project, correction, by());
  await expect(wrong({ kind: "unalias", pairs: [["A", "Z"]] })).rejects.toMatchObject({
    code: "not_found",
    field: "userId",
  });
  await expect(wrong({ kind: "detach", anonymousId: "zz", userIds: ["A"] })).rejects.toMatchObject({
    code: "not_found",
    field: "anonymousId",
  });
  await expect(wrong({ kind: "attach", anonymousId: "a", userIds: ["A"] })).rejects.toMatchObject({
    code: "not_found",
    field: "anonymousId",
  });
});

/** On random sequences: a preview changes nothing and predicts the result; the inverse restores the exact state. */
test("previews are exact, and corrections can be undone exactly", async () => {
  for (let seed = 500; seed < 540; seed++) {
    const r = random(seed);
    const ops = sequence(seed, 30);
    const project = await makeModelProject(pool());
    await sendOperations(
      pool(),
      project,
      ops.map((op) => toOperation(op)),
    );
    const correction = pickCorrection(r, ops);
    if (!correction) continue;
    const before = comparable(await observe(pool(), project.id));
    const previewed = await previewCorrection(pool(), project, correction);
    expect(comparable(await observe(pool(), project.id)), `seed ${seed}`).toEqual(before);
    expect(previewed.before, `seed ${seed}`).toEqual(await reality(project, correction));
    await applyCorrection(pool(), project, correction, by());
    expect(previewed.after, `seed ${seed}, ${JSON.stringify(correction)}`).toEqual(await reality(project, correction));
    expect(await faults(pool(), project.id), `seed ${seed}`).toEqual([]);
    await applyCorrection(pool(), project, oppositeCorrection(correction), by());
    expect(comparable(await observe(pool(), project.id)), `seed ${seed}, undone`).toEqual(before);
  }
});

function pickCorrection(r: ReturnType<typeof random>, ops: ReturnType<typeof sequence>): Correction | null {
  const kind = r.pick(["alias", "unalias", "detach"] as const);
  if (kind === "detach") {
    const pair = ops.find((op) => op.user !== null && op.anon !== null && op.claim);
    return pair ? { kind, anonymousId: pair.anon as string, userIds: [pair.user as string] } : null;
  }
  const persons = personsOf(ops);
  const together = ops.filter((op) => op.edge?.on && op.user !== op.edge.other);
  if (kind === "unalias") {
    // The edge is still there, so undoing writes it again.
    const edge = together.find(
      (op) => !ops.some((other) => other.edge && !other.edge.on) && persons.get(op.user as string),
    );
    return edge ? { kind, pairs: [[edge.user as string, edge.edge?.other as string]] } : null;
  }
  const users = [...new Set(ops.flatMap((op) => (op.user === null ? [] : [op.user])))];
  const apart = users.find((user) => persons.get(user) !== persons.get(users[0] as string));
  return apart ? { kind, pairs: [[users[0] as string, apart]] } : null;
}
