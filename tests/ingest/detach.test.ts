import { expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { detachDevice, reattachDevice } from "@/lib/ingest/corrections/detach";
import { sequence, T0, toOperation } from "../identity/generate";
import { faults, observe } from "../identity/observe";
import { comparable, compareWithModel, makeModelProject, sendOperations } from "../identity/run";
import { parseScript, timeOf } from "../identity/script";

const by = "member:test";

test("a detached device's anonymous history leaves the person, explicit events stay", async () => {
  const project = await makeModelProject(pool());
  const ops = parseScript("a@0 a@5 A/a@10 a@15");
  await sendOperations(
    pool(),
    project,
    ops.map((op) => toOperation(op)),
  );
  await detachDevice(pool(), project, { anonymousId: "a", userId: "A", madeBy: by }, timeOf("1d"));
  const { people } = await observe(pool(), project.id);
  expect(people.A).toMatchObject({ count: 1, first: T0 + 600_000, last: T0 + 600_000 });
  expect(people["a:a"]).toMatchObject({ count: 3 });
  expect(await faults(pool(), project.id)).toEqual([]);
});

test("evidence after the detachment counts again, evidence before it never, even if it arrives late", async () => {
  const project = await makeModelProject(pool());
  await sendOperations(
    pool(),
    project,
    parseScript("a@0 A/a@10").map((op) => toOperation(op)),
  );
  await detachDevice(pool(), project, { anonymousId: "a", userId: "A", madeBy: by }, timeOf("60"));
  await sendOperations(
    pool(),
    project,
    parseScript("A/a@30 a@31").map((op) => toOperation(op)),
  );
  expect((await observe(pool(), project.id)).people["a:a"]?.count).toBe(2);
  await sendOperations(
    pool(),
    project,
    parseScript("A/a@90").map((op) => toOperation(op)),
  );
  expect((await observe(pool(), project.id)).people["a:a"]).toBeUndefined();
});

test("detaching an unknown device or user gives an error that names the field", async () => {
  const project = await makeModelProject(pool());
  await sendOperations(
    pool(),
    project,
    parseScript("A/a@0").map((op) => toOperation(op)),
  );
  await expect(detachDevice(pool(), project, { anonymousId: "zz", userId: "A", madeBy: by }, 0)).rejects.toMatchObject({
    code: "not_found",
    field: "anonymousId",
  });
  await expect(detachDevice(pool(), project, { anonymousId: "a", userId: "Z", madeBy: by }, 0)).rejects.toMatchObject({
    code: "not_found",
    field: "userId",
  });
  await expect(reattachDevice(pool(), project, { anonymousId: "a", userId: "A", madeBy: by })).rejects.toMatchObject({
    code: "not_found",
  });
});

/**
 * Random sequences (docs/identity.md R14): a detach equals the model without that evidence, and its undo restores the
 * exact state.
 */
test("detach equals the model without the evidence, and undo restores the exact state", async () => {
  for (let seed = 1; seed <= 40; seed++) {
    const ops = sequence(seed, 30);
    const project = await makeModelProject(pool());
    await sendOperations(
      pool(),
      project,
      ops.map((op) => toOperation(op)),
    );
    const before = comparable(await observe(pool(), project.id));
    const pair = ops.find((op) => op.user !== null && op.anon !== null && op.claim);
    if (!pair) continue;
    const until = T0 + 10 * 30 * 60_000;
    const what = { anonymousId: pair.anon as string, userId: pair.user as string, madeBy: by };
    await detachDevice(pool(), project, what, until);
    const without = ops.map((op) =>
      op.user === pair.user && op.anon === pair.anon && op.ts <= until ? { ...op, claim: false } : op,
    );
    expect(await compareWithModel(pool(), project, without), `seed ${seed}`).toEqual([]);
    await reattachDevice(pool(), project, what);
    expect(comparable(await observe(pool(), project.id)), `seed ${seed}`).toEqual(before);
    expect(await compareWithModel(pool(), project, ops), `seed ${seed}`).toEqual([]);
  }
});
