import { expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { peopleCountQuery } from "@/lib/profiles/list/everybody.queries";
import { countPeople, listProfiles } from "@/lib/profiles/list/list.queries";
import { grantScope } from "@/lib/scope";
import { compileRule } from "@/lib/segments/compile.queries";
import type { Condition, Rule } from "@/lib/segments/rule";
import { createSegment } from "@/lib/segments/segments.store";
import { applyOperations, makeEvent, refreshEverything, START } from "../accounts/support";
import { makeModelProject } from "../identity/run";

const NOW = START + 60 * 86_400_000;
const did = (event: string): Condition => ({
  kind: "did",
  event,
  is: "atLeast",
  n: 1,
  window: { ever: true },
  where: [],
});
const all = (...of: Rule["of"]): Rule => ({ kind: "and", of });

/** User n did "export", every second "invite", every third "share"; user n did "look" n times. */
async function planted() {
  const project = await makeModelProject(pool());
  const sent = Array.from({ length: 12 }, (_, n) => [
    makeEvent(n, { user: `u${n}`, name: "export" }),
    ...(n % 2 === 0 ? [makeEvent(n, { user: `u${n}`, name: "invite" })] : []),
    ...(n % 3 === 0 ? [makeEvent(n, { user: `u${n}`, name: "share" })] : []),
    ...Array.from({ length: n }, () => makeEvent(n, { user: `u${n}`, name: "look" })),
  ]);
  await applyOperations(project, ...sent.flat());
  await refreshEverything(project, NOW);
  return grantScope(project.id, "member:test");
}

test("a rule's total equals its list's, also with conditions of segments beside a set", async () => {
  const scope = await planted();
  const busy: Condition = { kind: "count", field: "events", is: "atLeast", n: 9 };
  const named = async (name: string, rule: Rule): Promise<Condition> => ({
    kind: "segment",
    is: "in",
    id: await createSegment(scope, { name, description: "", rule }),
  });
  const rules: [Rule, number][] = [
    [all(did("export")), 12],
    [all(did("export"), did("invite")), 6],
    [all(did("export"), did("invite"), did("share")), 2],
    [all(did("export"), { kind: "or", of: [did("invite"), did("share")] }), 8],
    [all(did("export"), { kind: "or", of: [did("share")] }), 4],
    [all(await named("Busy", all(did("export"), busy))), 5],
    [all(did("invite"), await named("Sharing", all(did("share")))), 2],
    [all(did("invite"), await named("Busy too", all(busy))), 3],
  ];
  for (const [rule, wanted] of rules) {
    const filter = await compileRule(scope, rule, NOW);
    const { rows } = await listProfiles(scope, { filter, limit: 100 });
    expect(rows.length, JSON.stringify(rule)).toBe(wanted);
    expect(await countPeople(scope, { filter }), JSON.stringify(rule)).toEqual({ count: wanted, exact: true });
  }
});

test("a rule made only of sets is counted without reading everybody", async () => {
  const scope = await planted();
  const textOf = async (rule: Rule) => {
    const filter = await compileRule(scope, rule, NOW);
    return peopleCountQuery(scope, { tab: "everyone", windowDays: 30, filter, now: NOW }).text;
  };
  const everybody = /profile_facts f\b/;
  expect(await textOf(all(did("export"), did("invite")))).not.toMatch(everybody);
  expect(await textOf(all(did("export"), { kind: "identified", is: true }))).toMatch(everybody);
});
