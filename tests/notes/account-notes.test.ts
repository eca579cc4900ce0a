import { beforeAll, expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { newId } from "@/lib/ids";
import { changeAccountMerge, eraseAccount } from "@/lib/ingest/corrections/accounts";
import { accountMentionsOf, countAccountNotes, notesOfAccount } from "@/lib/notes/account-notes.queries";
import {
  addAccountNote,
  deleteAnyAccountNote,
  deleteOwnAccountNote,
  editAccountNote,
} from "@/lib/notes/account-notes.store";
import { allMentionsOf } from "@/lib/notes/mentions.queries";
import type { ProjectSettings } from "@/lib/projects/settings";
import { grantScope } from "@/lib/scope";
import { applyOperations, assigned, described, refreshEverything } from "../accounts/support";
import { makeModelProject } from "../identity/run";

const NOW = Date.UTC(2026, 10, 28);
const grace = { id: newId(), name: "Grace" };
const ada = { id: newId(), name: "Ada" };
const members = [grace, ada];
let project: ProjectSettings;
const scope = () => grantScope(project.id, "system:test");
const stranger = grantScope(newId(), "system:test");
const written = (body: string, authorId = ada.id, now = NOW) => ({ authorId, body, members, now });
const bodies = async (id: string) => (await notesOfAccount(scope(), id, 10)).map(({ body }) => body);

beforeAll(async () => {
  project = await makeModelProject(pool());
  await applyOperations(
    project,
    ...["acme", "beta", "gone"].map((id) => described(0, id, { name: id })),
    ...["acme", "beta", "gone"].map((id) => assigned(1, `user of ${id}`, id)),
  );
  await refreshEverything(project);
});

test("a note is written, edited and deleted by its author, and by no other member or project", async () => {
  const id = await addAccountNote(scope(), "acme", written(" Renews in May. @Grace "));
  expect(await notesOfAccount(scope(), "acme", 10)).toEqual([
    { accountId: "acme", id, authorId: ada.id, body: "Renews in May. @Grace", createdAt: NOW, editedAt: null },
  ]);
  const name = { accountId: "acme", id };
  for (const [by, author] of [
    [scope(), grace.id],
    [stranger, ada.id],
  ] as const)
    await expect(editAccountNote(by, name, written("x", author))).rejects.toMatchObject({ code: "not_found" });
  await deleteOwnAccountNote(scope(), name, grace.id);
  await deleteAnyAccountNote(stranger, name);
  expect(await countAccountNotes(scope(), "acme")).toBe(1);
  expect(await countAccountNotes(stranger, "acme")).toBe(0);
  await editAccountNote(scope(), name, written("Renews in June. @Grace", ada.id, NOW + 1));
  expect((await notesOfAccount(scope(), "acme", 10))[0]).toMatchObject({
    body: "Renews in June. @Grace",
    editedAt: NOW + 1,
  });
  for (const body of [" ", "x".repeat(4_001)])
    await expect(addAccountNote(scope(), "acme", written(body))).rejects.toMatchObject({ field: "body" });

  expect(await accountMentionsOf(scope(), grace.id, NOW, 10)).toMatchObject([
    { account: { id: "acme", name: "acme" } },
  ]);
  expect(await allMentionsOf(scope(), grace.id, NOW, 10)).toHaveLength(1);
  expect(await allMentionsOf(scope(), ada.id, NOW, 10)).toEqual([]);
  expect(await allMentionsOf(stranger, grace.id, NOW, 10)).toEqual([]);
  await deleteOwnAccountNote(scope(), name, ada.id);
  expect(await bodies("acme")).toEqual([]);
});

test("merged accounts show the notes of all their ids, separated ones their own again", async () => {
  await addAccountNote(scope(), "acme", written("on acme", ada.id, NOW));
  await addAccountNote(scope(), "beta", written("on beta", ada.id, NOW + 1));
  await changeAccountMerge(scope(), ["acme", "beta"], true);
  expect(await bodies("acme")).toEqual(["on beta", "on acme"]);
  await changeAccountMerge(scope(), ["acme", "beta"], false);
  expect(await bodies("acme")).toEqual(["on acme"]);
  expect(await bodies("beta")).toEqual(["on beta"]);
});

test("erasing an account deletes its notes and leaves those of others", async () => {
  await addAccountNote(scope(), "gone", written("secret"));
  await eraseAccount(scope(), "gone");
  expect(await bodies("gone")).toEqual([]);
  expect(await bodies("acme")).toEqual(["on acme"]);
});
