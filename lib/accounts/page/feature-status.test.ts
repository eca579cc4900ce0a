import { expect, test } from "vitest";
import { featureStatusOf } from "./feature-status";
import type { AccountFeatureUse, PersonFeatureUse } from "./uses.queries";

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 10, 28);
const ago = (days: number) => NOW - days * DAY_MS;
const use = (name: string, people: number, of = [name]): AccountFeatureUse => ({
  name,
  label: name,
  of,
  people,
  events: 0,
});
const did = (name: string, events: number, days: number, person = 1): PersonFeatureUse => ({
  person,
  name,
  events,
  lastAt: ago(days),
});
const names = (uses: AccountFeatureUse[], done: PersonFeatureUse[], lastSeen: number | null = ago(1)) => {
  const { used, dropped, untried } = featureStatusOf(uses, done, { lastSeen, now: NOW });
  return [used.map(({ name }) => name), dropped.map((one) => one.use.name), untried.map(({ name }) => name)];
};

test("a feature is in use, dropped, or untried", () => {
  const uses = [use("export", 1), use("count", 2), use("till", 0)];
  expect(names(uses, [did("export", 9, 2), did("count", 3, 40), did("count", 2, 41, 2)])).toEqual([
    ["export"],
    ["count"],
    ["till"],
  ]);
});

test("a feature of several events is judged by its latest and its most frequent one", () => {
  const counts = use("counts", 1, ["started", "finished"]);
  const standing = (...done: PersonFeatureUse[]) => names([counts], done)[1];
  expect(standing(did("started", 5, 40), did("finished", 1, 38))).toEqual(["counts"]);
  expect(standing(did("started", 5, 40), did("finished", 1, 3))).toEqual([]);
  expect(standing(did("started", 4, 40), did("finished", 4, 38))).toEqual([]);
});

test("a feature is not dropped if it was only tried, used lately, used by people not read, or abandoned with all others", () => {
  expect(names([use("a", 1)], [did("a", 4, 40)])[1]).toEqual([]);
  expect(names([use("a", 1)], [did("a", 50, 29)])[1]).toEqual([]);
  expect(names([use("a", 2)], [did("a", 50, 40)])[1]).toEqual([]);
  expect(names([use("a", 1)], [did("a", 50, 40)], ago(40))[1]).toEqual([]);
  expect(names([use("a", 1)], [did("a", 50, 40)], null)[1]).toEqual([]);
});
