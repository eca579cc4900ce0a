import { expect, test } from "vitest";
import { accountItems } from "@/components/accounts/read-timeline-items";
import { newItemsReader, sinceParam } from "@/components/timeline/new-items";
import { pool } from "@/lib/db/pool";
import { grantScope } from "@/lib/scope";
import { applyOperations, atMinute, makeEvent, refreshEverything } from "../accounts/support";
import { makeModelProject } from "../identity/run";

test("what people of an account do arrives once each, oldest first, late ones too, and nothing of others", async () => {
  const project = await makeModelProject(pool());
  const groups = ["acme"];
  await applyOperations(
    project,
    makeEvent(1, { user: "ada", groups }),
    makeEvent(1, { user: "eve", groups: ["other"] }),
  );
  await refreshEverything(project);
  const next = newItemsReader(accountItems(grantScope(project.id, "member:test"), "acme"), atMinute(10));
  expect(await next()).toEqual([]);
  await applyOperations(
    project,
    makeEvent(11, { user: "ada", name: "exported" }),
    makeEvent(12, { user: "ada", name: "invited" }),
    makeEvent(12, { user: "eve", name: "looked" }),
  );
  expect((await next()).map(({ name, who }) => `${who?.name ?? ""} ${name}`)).toEqual(
    [" exported", " invited"].map((what) => `ada${what}`),
  );
  expect(await next()).toEqual([]);
  // A minute older than the newest that was sent.
  await applyOperations(project, makeEvent(11, { user: "ada", name: "late" }));
  expect((await next()).map(({ name }) => name)).toEqual(["late"]);
  expect(await next()).toEqual([]);
});

test.each(["", "?since=", "?since=0", "?since=-1", "?since=1.5", "?since=x", "?since=99999999999999999"])(
  "a live view since %j is refused by name",
  (query) => {
    expect(() => sinceParam(new Request(`http://127.0.0.1/api/live/p/account${query}`))).toThrow(
      expect.objectContaining({ code: "bad_request", field: "since" }),
    );
  },
);
