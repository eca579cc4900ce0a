import { beforeAll, expect, test } from "vitest";
import { accountSummary } from "@/lib/accounts/list/list.queries";
import { accountsByIdOrDomain, searchAccounts } from "@/lib/accounts/list/search.queries";
import { featureUsage } from "@/lib/accounts/page/uses.queries";
import { pool } from "@/lib/db/pool";
import { saveFeatures } from "@/lib/features/features.store";
import { newId } from "@/lib/ids";
import type { ProjectSettings } from "@/lib/projects/settings";
import { grantScope } from "@/lib/scope";
import { makeModelProject } from "../identity/run";
import { applyOperations, assigned, described, makeEvent, refreshEverything } from "./support";

let project: ProjectSettings;
const scope = () => grantScope(project.id, "system:test");
/** An emoji is one character of an id, and two units of JavaScript. */
const LONG_ID = "🏭".repeat(200);

beforeAll(async () => {
  project = await makeModelProject(pool());
  await applyOperations(
    project,
    described(0, "acme", { name: "Acme" }),
    described(0, LONG_ID, { name: "Works" }),
    assigned(1, "ada", "acme"),
    assigned(1, "bob", "acme"),
    assigned(1, "eve", LONG_ID),
    makeEvent(2, { user: "ada", name: "csv_exported" }),
    makeEvent(3, { user: "ada", name: "pdf_exported" }),
    makeEvent(4, { user: "bob", name: "pdf_exported" }),
    makeEvent(5, { user: "bob", name: "menu_opened" }),
    makeEvent(6, { user: "eve", name: "menu_opened" }),
  );
  await refreshEverything(project);
});

const used = async (id = "acme") => (await accountSummary(scope(), id))?.featuresUsed;

test("events are shown as features until the project saves a list; then only those count, and untried ones are shown", async () => {
  expect(await used()).toBe(3);
  const before = await featureUsage(scope(), "acme");
  expect(before.isNamed).toBe(false);
  expect(before.uses.map(({ name, people }) => [name, people])).toEqual([
    ["pdf_exported", 2],
    ["csv_exported", 1],
    ["menu_opened", 1],
  ]);

  const list = [
    { id: "", name: "Invoices", events: ["invoice_sent"] },
    { id: "", name: "Exports", events: ["csv_exported", "pdf_exported"] },
  ];
  await saveFeatures(scope(), list);
  await refreshEverything(project);
  expect(await used()).toBe(1);
  expect(await used(LONG_ID)).toBe(0);
  const { uses, cells, people } = await featureUsage(scope(), "acme");
  expect(uses.map(({ label, people: by, events }) => [label, by, events])).toEqual([
    ["Exports", 2, 3],
    ["Invoices", 0, 0],
  ]);
  const nameOf = (person: number) => people.find((one) => one.person === person)?.ref;
  expect(cells.map(({ person, name, events }) => [nameOf(person), name, events]).sort()).toEqual([
    ["u:ada", uses[0]?.name, 2],
    ["u:bob", uses[0]?.name, 1],
  ]);

  await saveFeatures(scope(), []);
  await refreshEverything(project);
  expect(await used()).toBe(3);
});

test("an account whose id has more than 127 emoji has its own row, for this project only", async () => {
  expect((await accountSummary(scope(), LONG_ID))?.name).toBe("Works");
  expect(await accountSummary(grantScope(newId(), "system:test"), LONG_ID)).toBeNull();
  expect((await accountsByIdOrDomain(scope(), { id: LONG_ID, domain: "" })).map(({ id }) => id)).toEqual([LONG_ID]);
  expect((await searchAccounts(scope(), LONG_ID, 5)).map(({ id }) => id)).toEqual([LONG_ID]);
});
