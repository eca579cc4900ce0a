import { beforeAll, expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import type { Operation } from "@/lib/events/operation";
import { applyBatch } from "@/lib/ingest/store/engine";
import { refreshAllFacts } from "@/lib/jobs/facts";
import { listProfiles } from "@/lib/profiles/list/list.queries";
import { TABS } from "@/lib/profiles/types";
import { grantScope, type Scope } from "@/lib/scope";
import { compileRule } from "@/lib/segments/compile.queries";
import { ruleOfList } from "@/lib/segments/read-filter";
import { EVERYONE, type Rule } from "@/lib/segments/rule";
import { makeModelProject } from "../identity/run";
import { makeOperation } from "../support/operation";

const DAY_MS = 86_400_000;
const NOW = Date.now();
let scope: Scope;

function operation(changes: Partial<Operation>): Operation {
  return makeOperation({ ts: NOW - 60_000, receivedAt: NOW, name: "screen_view", ...changes });
}

const days = (user: string, ago: number[]) => ago.map((day) => operation({ user, ts: NOW - day * DAY_MS - 60_000 }));
const upTo = (count: number, from = 0) => Array.from({ length: count }, (_, i) => from + i);

beforeAll(async () => {
  const project = await makeModelProject(pool());
  scope = grantScope(project.id, "member:test");
  const described = (user: string, plan: string) =>
    operation({
      kind: "identify",
      name: "identify",
      user,
      active: false,
      changes: [{ mode: "set", key: "plan", value: plan }],
    });
  await applyBatch(pool(), project, [
    described("daily", "Acme pro"),
    described("weekly", "free"),
    described("silent", "acme"),
    described("gone", "free"),
    described("never", "acme"),
    ...days("daily", upTo(40)),
    ...days("weekly", [0, 7, 14, 21, 28]),
    ...days("silent", upTo(10, 8)),
    ...days("gone", [80]),
    operation({ anon: "device-of-daily", user: "daily" }),
    operation({ anon: "visitor", changes: [{ mode: "set", key: "campaign", value: "acme launch" }] }),
    operation({ anon: "passer-by" }),
  ]);
  await refreshAllFacts(pool(), project.id);
}, 60_000);

const free: Rule = { kind: "or", of: [{ kind: "property", key: "plan", type: "text", is: "contains", value: "e" }] };

// The own team is not a rule over people: every rule leaves it out.
test.each(TABS.filter((tab) => tab !== "internal"))(
  "a segment saved from the tab %s finds the people it showed, with or without a search and a filter",
  async (tab) => {
    let met = 0;
    for (const windowDays of [7, 30, 90] as const) {
      for (const search of ["", "acme", "ac", "device-of-daily", "nobody-at-all", "100%"]) {
        for (const rule of [EVERYONE, free]) {
          const filter = rule.of.length > 0 ? await compileRule(scope, rule) : undefined;
          const shown = await listProfiles(scope, { tab, windowDays, search, filter, limit: 100 });
          const saved = await compileRule(scope, ruleOfList({ tab, window: windowDays, rule, search }));
          const { rows } = await listProfiles(scope, { filter: saved, limit: 100 });
          const at = `${windowDays} days, “${search}”, ${rule.of.length} conditions`;
          const wanted = shown.rows.map(({ ref }) => ref);
          expect(rows.map(({ ref }) => ref).sort(), at).toEqual(wanted.sort());
          met += wanted.length;
        }
      }
    }
    expect(met).toBeGreaterThan(0);
  },
);

test("the rule finds only people going quiet, and its negation the rest", async () => {
  const refs = async (is: boolean) => {
    const filter = await compileRule(scope, { kind: "and", of: [{ kind: "quiet", is }] });
    return (await listProfiles(scope, { filter, limit: 100 })).rows.map(({ ref }) => ref).sort();
  };
  expect(await refs(true)).toEqual(["u:silent"]);
  expect(await refs(false)).toEqual(["a:passer-by", "a:visitor", "u:daily", "u:gone", "u:never", "u:weekly"]);
});

test("everyone cannot be saved; a single filter is unchanged", () => {
  expect(ruleOfList({ tab: "everyone", window: 30, rule: EVERYONE, search: " " }).of).toEqual([]);
  expect(ruleOfList({ tab: "everyone", window: 30, rule: free, search: "" })).toEqual(free);
});
