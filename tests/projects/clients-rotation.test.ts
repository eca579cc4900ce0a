import { beforeEach, expect, test, vi } from "vitest";
import { pool } from "@/lib/db/pool";
import { newId } from "@/lib/ids";
import { deleteExpired } from "@/lib/jobs/expired";
import { forgetClients, requireClient } from "@/lib/projects/clients";
import { forgetUsesOfClients } from "@/lib/projects/clients.store";
import { clientsOf } from "@/lib/projects/projects.queries";
import { type ClientKeys, revokeClient, rotateSecret } from "@/lib/projects/projects.store";
import { grantScope } from "@/lib/scope";
import { asServer, makeProject } from "../ingest/support";

const NOW = new Date();
const DAY_MS = 86_400_000;
const ask = (keys: ClientKeys) => requireClient(new Request("http://x", { headers: asServer(keys) }));
const scopeOf = ({ id }: { id: string }) => grantScope(id, "system:test");

beforeEach(() => {
  vi.useRealTimers();
  forgetClients();
  forgetUsesOfClients();
});

test("after a rotation both secrets work, the old one until the overlap ends", async () => {
  const project = await makeProject();
  const { read } = project;
  const rotated = await rotateSecret(scopeOf(project), read.clientId, 7, NOW);
  expect(rotated.clientId).toBe(read.clientId);
  expect(rotated.clientSecret).not.toBe(read.clientSecret);
  await ask(rotated);
  await ask(read);
  vi.useFakeTimers({ now: NOW.getTime() + 7 * DAY_MS, toFake: ["Date"] });
  await ask(rotated);
  await expect(ask(read)).rejects.toMatchObject({ code: "unauthorized" });
});

test("once the overlap ended, the hash of the old secret is deleted, and no other", async () => {
  const project = await makeProject();
  const [week, day] = [project.read, project.root];
  const rotated = await rotateSecret(scopeOf(project), week.clientId, 7, NOW);
  await rotateSecret(scopeOf(project), day.clientId, 1, NOW);
  await deleteExpired(NOW.getTime() + 2 * DAY_MS);
  const { rows } = await pool().query<{ id: string }>(
    "SELECT id FROM clients WHERE project_id = $1 AND old_secret_hash IS NOT NULL",
    [project.id],
  );
  expect(rows).toEqual([{ id: week.clientId }]);
  await ask(week);
  await ask(rotated);
});

test("without an overlap the old secret ends at once; a second rotation ends the previous overlap", async () => {
  const project = await makeProject();
  const [leaked, first] = [project.read, project.root];
  const fresh = await rotateSecret(scopeOf(project), leaked.clientId, 0, NOW);
  const second = await rotateSecret(scopeOf(project), first.clientId, 7, NOW);
  const third = await rotateSecret(scopeOf(project), first.clientId, 7, NOW);
  await expect(ask(leaked)).rejects.toMatchObject({ code: "unauthorized" });
  await ask(fresh);
  await expect(ask(first)).rejects.toMatchObject({ code: "unauthorized" });
  await ask(second);
  await ask(third);
});

test.each([[-1], [8], [Number.NaN], [Number.POSITIVE_INFINITY]])("an overlap of %d days is rejected", async (days) => {
  const project = await makeProject();
  await expect(rotateSecret(scopeOf(project), project.read.clientId, days, NOW)).rejects.toMatchObject({
    code: "unprocessable",
    field: "overlapDays",
  });
});

test("a revoked, foreign or unknown key cannot be rotated; of two concurrent rotations one secret works", async () => {
  const [project, other] = [await makeProject(), await makeProject()];
  await revokeClient(scopeOf(project), project.root.clientId);
  for (const id of [project.root.clientId, other.read.clientId, newId(), "no uuid"])
    await expect(rotateSecret(scopeOf(project), id, 1, NOW), id).rejects.toMatchObject({ code: "not_found" });
  const ends = await Promise.allSettled(
    [0, 0].map(() => rotateSecret(scopeOf(project), project.read.clientId, 0, NOW)),
  );
  const made = ends.flatMap((end) => (end.status === "fulfilled" ? [end.value] : []));
  const rotations = await Promise.allSettled(made.map(ask));
  // Either one was refused, or the later replaced the other.
  expect(rotations.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});

test("the last use is shown, written once a minute, and not for a rejected key", async () => {
  const project = await makeProject();
  const used = async () => {
    const clients = await clientsOf(scopeOf(project));
    return Object.fromEntries(clients.map(({ name, lastUsedAt }) => [name, lastUsedAt?.getTime() ?? null]));
  };
  await expect(ask({ ...project.read, clientSecret: "wrong" })).rejects.toMatchObject({ code: "unauthorized" });
  await ask(project.root);
  await vi.waitFor(async () => expect((await used()).root).not.toBeNull());
  expect(await used()).toMatchObject({ read: null, Website: null });
  await ask(project.read);
  await vi.waitFor(async () => expect((await used()).read).not.toBeNull());
  const { root } = await used();
  // As another process, which has written nothing yet.
  forgetUsesOfClients();
  await ask(project.root);
  vi.useFakeTimers({ now: Date.now() + 61_000, toFake: ["Date"] });
  await ask(project.read);
  forgetUsesOfClients();
  await ask(project.read);
  await vi.waitFor(async () => expect((await used()).read).toBeGreaterThan((root ?? 0) + 60_000));
  expect((await used()).root).toBe(root);
});
