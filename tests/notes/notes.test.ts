import { beforeAll, describe, expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { setEventDisplay } from "@/lib/events/event-display.store";
import { conversionNames, eventDisplays } from "@/lib/events/events.queries";
import { newId } from "@/lib/ids";
import { eraseNotes } from "@/lib/notes/erase.store";
import { countNotes, mentionsOf, notesOf } from "@/lib/notes/notes.queries";
import { addNote, deleteAnyNote, deleteOwnNote, editNote } from "@/lib/notes/notes.store";
import { pinnedProperties } from "@/lib/pins/pins.queries";
import { MAX_PINS, setPin } from "@/lib/pins/pins.store";
import { grantScope } from "@/lib/scope";

const projectId = newId();
const scope = grantScope(projectId, "system:test");
const ada = { id: newId(), name: "Ada" };
const grace = { id: newId(), name: "Grace" };
const members = [ada, grace];
const NOW = Date.UTC(2026, 2, 1);
const write = (ref: string, body: string, author = ada) =>
  addNote(scope, ref, { authorId: author.id, body, members, now: NOW });

beforeAll(async () => {
  await pool().query(`
    INSERT INTO identities (project_id, id, kind, ext_id, profile_id, stream_class, created_at)
      VALUES ('${projectId}', 1, 'u', 'kim', 1, NULL, now()), ('${projectId}', 2, 'a', 'device', NULL, 'sdk', now()),
             ('${projectId}', 3, 'u', 'lee', 3, NULL, now());
    INSERT INTO spans (project_id, stream_id, first_seen, last_seen, event_count) VALUES ('${projectId}', 2, '2026-02-01', '2026-02-03', 5);
    INSERT INTO profiles (project_id, id, display_id, created_at) VALUES ('${projectId}', 1, 'kim', now()), ('${projectId}', 3, 'lee', now());`);
});

describe("notes", () => {
  test("a note is shown on its person only, and mentions reach the mentioned", async () => {
    const id = await write("u:kim", "  Asked for a refund, @Grace?  ");
    expect(await notesOf(scope, "u:kim", 10)).toMatchObject([
      { id, authorId: ada.id, body: "Asked for a refund, @Grace?", createdAt: NOW, editedAt: null },
    ]);
    expect(await countNotes(scope, "u:lee")).toBe(0);
    expect(await mentionsOf(scope, grace.id, NOW - 1, 10)).toMatchObject([{ id, person: { ref: "u:kim" } }]);
    expect(await mentionsOf(scope, ada.id, NOW - 1, 10)).toEqual([]);
    expect(await mentionsOf(grantScope(newId(), "system:test"), grace.id, 0, 10)).toEqual([]);
  });

  test("a note on a visitor moves to the person who claims them", async () => {
    const id = await write("a:device", "Came back twice");
    expect((await notesOf(scope, "a:device", 10)).map((note) => note.id)).toEqual([id]);
    await pool().query(
      `UPDATE spans SET owner_id = 3, run_first = last_seen, run_last = last_seen WHERE project_id = '${projectId}'`,
    );
    expect((await notesOf(scope, "u:lee", 10)).map((note) => note.id)).toEqual([id]);
  });

  test("only its author can change a note; others can only delete it with permission", async () => {
    const id = await write("u:lee", "Mine");
    const note = (await notesOf(scope, "u:lee", 10)).find((one) => one.id === id) as { actorId: number; id: string };
    const change = (authorId: string) => editNote(scope, note, { authorId, body: "Changed", members, now: NOW + 1 });
    await expect(change(grace.id)).rejects.toMatchObject({ code: "not_found" });
    await change(ada.id);
    expect((await notesOf(scope, "u:lee", 10)).find((one) => one.id === id)).toMatchObject({
      body: "Changed",
      editedAt: NOW + 1,
    });
    await deleteOwnNote(scope, note, grace.id);
    expect((await notesOf(scope, "u:lee", 10)).some((one) => one.id === id)).toBe(true);
    await deleteAnyNote(scope, note);
    expect((await notesOf(scope, "u:lee", 10)).some((one) => one.id === id)).toBe(false);
  });

  test.each([["nothing"], ["   "], ["x".repeat(4_001)]])("rejects an empty or overlong text", async (body) => {
    await expect(write("u:kim", body === "nothing" ? "" : body)).rejects.toMatchObject({
      code: "unprocessable",
      field: "body",
    });
  });

  test("notes are erased with the span they are attached to, and no others", async () => {
    await write("u:kim", "Gone soon");
    await write("u:lee", "Stays");
    const before = await countNotes(scope, "u:lee");
    await eraseNotes(pool(), projectId, { actors: [1], froms: ["-infinity"], tos: ["infinity"] });
    expect(await countNotes(scope, "u:kim")).toBe(0);
    expect(await countNotes(scope, "u:lee")).toBe(before);
  });
});

test("an event is displayed as chosen, and with the default after a reset", async () => {
  await setEventDisplay(scope, "signed_up", { icon: "star", color: "violet", conversion: true });
  await setEventDisplay(scope, "exported", { icon: null, color: "blue", conversion: false });
  const displays = await eventDisplays(scope);
  expect(displays).toEqual({
    exported: { icon: null, color: "blue", conversion: false },
    signed_up: { icon: "star", color: "violet", conversion: true },
  });
  expect(conversionNames(displays)).toEqual(["signed_up"]);
  await setEventDisplay(scope, "signed_up", { icon: null, color: null, conversion: false });
  expect(Object.keys(await eventDisplays(scope))).toEqual(["exported"]);
  const wrong = { icon: "skull", color: null, conversion: false } as unknown as Parameters<typeof setEventDisplay>[2];
  await expect(setEventDisplay(scope, "x", wrong)).rejects.toMatchObject({ code: "unprocessable", field: "icon" });
});

test("pins keep their order, without duplicates, and are limited", async () => {
  for (const key of ["plan", "role", "plan"]) await setPin(scope, key, true);
  expect(await pinnedProperties(scope)).toEqual(["plan", "role"]);
  await setPin(scope, "plan", false);
  await setPin(scope, "plan", true);
  expect(await pinnedProperties(scope)).toEqual(["role", "plan"]);
  for (let index = 2; index < MAX_PINS; index++) await setPin(scope, `key${index}`, true);
  await expect(setPin(scope, "one_more", true)).rejects.toMatchObject({ code: "conflict" });
  await setPin(scope, "role", true); // it is pinned already
  expect(await pinnedProperties(scope)).toHaveLength(MAX_PINS);
});
