import { beforeAll, expect, test } from "vitest";
import { accountItems } from "@/components/accounts/read-timeline-items";
import { accountsOfItem, eventTitle } from "@/components/timeline/item";
import { personItems } from "@/components/timeline/read-page";
import { listAccessLog } from "@/lib/access-log/access-log.queries";
import { flushAccessLog, recordAccess } from "@/lib/access-log/access-log.store";
import { pool } from "@/lib/db/pool";
import { changeAccountMerge } from "@/lib/ingest/corrections/accounts";
import { refreshAllFacts } from "@/lib/jobs/facts";
import type { ProjectSettings } from "@/lib/projects/settings";
import { grantScope, type Scope, SEES_MASKED } from "@/lib/scope";
import { applyEvents, event, scopeOf } from "../alerts/support";
import { makeModelProject } from "../identity/run";

let project: ProjectSettings;
let reader: Scope;
let masked: Scope;
let stranger: Scope;
const described = (account: string, name: string) =>
  event("group", Date.now(), { kind: "group", active: false, groups: [account], properties: { name } });

beforeAll(async () => {
  project = await makeModelProject(pool());
  reader = scopeOf(project);
  masked = { ...reader, sight: SEES_MASKED };
  stranger = grantScope((await makeModelProject(pool())).id, "member:stranger");
  await applyEvents(
    project,
    described("acme", "Acme Inc"),
    described("part", "Part Ltd"),
    described("solo", "solo@private.example"),
    event("used", Date.now() - 2_000, { user: "ann", groups: ["acme", "part", "solo", "nameless"] }),
    event("assign_group", Date.now() - 1_000, { kind: "group", user: "ann", active: false, groups: ["acme"] }),
  );
  await changeAccountMerge(scopeOf(project), ["acme", "part"], true);
  await refreshAllFacts(pool(), project.id);
});

const ALL = { order: "desc", limit: 10 } as const;
const accountsSeen = async (scope: Scope) => {
  const { items } = await personItems(scope, "u:ann")(ALL);
  return items.filter(({ name }) => name === "used").map(accountsOfItem);
};

test("an event's details name its accounts: a merged one by its common name, and one without a name by its id", async () => {
  const names = [
    { id: "acme", name: "Acme Inc" },
    { id: "part", name: "Acme Inc" },
    { id: "solo", name: "solo@private.example" },
    { id: "nameless", name: null },
  ];
  expect(await accountsSeen(reader)).toEqual([names]);
  const { items } = await accountItems(reader, "acme")(ALL);
  expect(items.find(({ name }) => name === "used")?.accounts).toEqual(names);
  expect(items.map(eventTitle)).toContain("Joined Acme Inc");
});

test("members who may not see names see no person's name in an account's name", async () => {
  const [seen] = await accountsSeen(masked);
  expect(seen?.[0]).toEqual({ id: "acme", name: "Acme Inc" });
  expect(JSON.stringify(seen)).not.toContain("private.example");
});

test("the access log names accounts, for masked readers without addresses, and to no other project", async () => {
  for (const account of ["part", "solo", "nameless", "unknown"])
    recordAccess({ projectId: project.id, actor: "member:x", at: Date.now(), act: "account", account });
  await flushAccessLog();
  const seen = async (scope: Scope) =>
    (await listAccessLog(scope, {}, { limit: 10 })).rows.map(({ account }) => account);
  expect(await seen(reader)).toEqual([
    { id: "unknown", name: null },
    { id: "nameless", name: null },
    { id: "solo", name: "solo@private.example" },
    { id: "part", name: "Acme Inc" },
  ]);
  expect(JSON.stringify(await seen(masked))).not.toContain("private.example");
  expect(await seen(stranger)).toEqual([]);
});
