import { beforeAll, expect, test } from "vitest";
import { readAccountHead } from "@/components/accounts/read-head";
import { accountTotals, listAccounts } from "@/lib/accounts/list/list.queries";
import { type AccountDetails, accountDetails } from "@/lib/accounts/page/account.queries";
import { pool } from "@/lib/db/pool";
import { dayOf, isoDay } from "@/lib/format/time";
import { findPerson } from "@/lib/identity/person.queries";
import type { Person } from "@/lib/identity/person-ref";
import { changeAccountMerge, eraseAccount, unassignPerson } from "@/lib/ingest/corrections/accounts";
import { completeStates } from "@/lib/jobs/lifecycle";
import { ensureRule } from "@/lib/lifecycle/rules.store";
import { personState } from "@/lib/lifecycle/state-in-words.queries";
import { codeOf, STATES, type State, type StateRun, stateRunsOf } from "@/lib/lifecycle/states";
import { movesOf } from "@/lib/lifecycle/states.store";
import { lifecycleProgress, lifecycleWeeks } from "@/lib/lifecycle/weeks.queries";
import { erasePerson } from "@/lib/privacy/erase";
import { applyRetention } from "@/lib/privacy/retention";
import type { ProjectSettings } from "@/lib/projects/settings";
import { updateProject } from "@/lib/projects/settings.store";
import { grantScope } from "@/lib/scope";
import { compileAccountRule } from "@/lib/segments/compile.queries";
import { decodeAccountRule } from "@/lib/segments/decode-rule";
import { encodeRule } from "@/lib/segments/encode-rule";
import { type Condition, EVERYONE } from "@/lib/segments/rule";
import { makeModelProject } from "@/tests/identity/run";
import { applyOperations, DAY_MS, makeEvent, refreshEverything, START } from "../accounts/support";

/** Active days are counted back from here. */
const NOW = START + 60 * DAY_MS;
const DAY_MINUTES = 24 * 60;

const days = (from: number, count: number, step = 1) => Array.from({ length: count }, (_, i) => from + i * step);
/** For each account, on which days before NOW which of its people were active. */
const LIVES: { [account: string]: { [person: string]: number[] } } = {
  daily: { ada: days(0, 59, 2), bob: days(1, 59, 2) },
  stopped: { cy: days(8, 40), dee: days(9, 30) },
  gone: { eve: days(45, 14) },
  back: { fay: [1, ...days(40, 19)] },
  newcomer: { gus: [2] },
  test: { staff: days(0, 20) },
};

let project: ProjectSettings;
const scope = () => grantScope(project.id, "member:test");

beforeAll(async () => {
  project = await makeModelProject(pool());
  const seen = Object.entries(LIVES).flatMap(([account, people]) =>
    Object.entries(people).flatMap(([user, ago]) =>
      ago.map((day) => makeEvent((60 - day) * DAY_MINUTES - 60, { user, groups: [account] })),
    ),
  );
  await applyOperations(project, ...seen);
  await refreshEverything(project, NOW);
});

type Sums = { runs: string[]; moves: Record<string, number> };

/** By the rule alone, from the accounts' active days. */
async function byHand(): Promise<Sums> {
  const { rows } = await pool().query<{ id: string; active: number[] }>(
    `SELECT account_id AS id, array_agg(day - DATE '1970-01-01' ORDER BY day) AS active
       FROM account_days WHERE project_id = $1 AND people > 0 GROUP BY 1`,
    [project.id],
  );
  const { rule } = await ensureRule(pool(), project.id);
  const sums: Sums = { runs: [], moves: {} };
  for (const { id, active } of rows) {
    const runs: StateRun[] = stateRunsOf(active, rule);
    sums.runs.push(...runs.map(({ since, until, state }) => `${id} ${since} ${until} ${state}`));
    for (const { day, was, became } of movesOf(runs, dayOf(NOW))) {
      const key = `${day} ${codeOf(was)} ${codeOf(became)}`;
      sums.moves[key] = (sums.moves[key] ?? 0) + 1;
    }
  }
  return { runs: sums.runs.sort(), moves: sums.moves };
}

async function byTheJob(): Promise<Sums> {
  const runs = await pool().query<{ run: string }>(
    `SELECT account_id || ' ' || (since - DATE '1970-01-01') || ' '
              || coalesce(CASE WHEN isfinite(until) THEN until - DATE '1970-01-01' END::text, 'null') || ' '
              || (ARRAY['new', 'active', 'slipping', 'dormant', 'resurrected'])[state] AS run
       FROM account_states WHERE project_id = $1`,
    [project.id],
  );
  const moves = await pool().query<{ move: string; people: number }>(
    `SELECT (day - DATE '1970-01-01') || ' ' || was || ' ' || became AS move, people FROM lifecycle_moves
      WHERE project_id = $1 AND who = 'accounts' AND people <> 0 AND (day >= $2::date OR extract(isodow FROM day) = 7)`,
    [project.id, isoDay(dayOf(NOW))],
  );
  return {
    runs: runs.rows.map(({ run }) => run).sort(),
    moves: Object.fromEntries(moves.rows.map(({ move, people }) => [move, people])),
  };
}

const statesNow = async (): Promise<Record<string, string | null>> => {
  const { rows } = await listAccounts(scope(), { tab: "all", limit: 100 });
  return Object.fromEntries(rows.map(({ id, state }) => [id, state]));
};

test("each account is in the state derived from its people's combined days", async () => {
  expect(await statesNow()).toEqual({
    daily: "active",
    stopped: "slipping",
    gone: "dormant",
    back: "resurrected",
    newcomer: "new",
    test: "active",
  });
  expect(await lifecycleProgress(scope(), "accounts")).toBe("settled");
  const sums = await byHand();
  expect(sums.runs.length).toBeGreaterThan(10);
  expect(await byTheJob()).toEqual(sums);
});

test("every number of the chart equals the number of accounts on the list behind it", async () => {
  const count = async (of: Condition[]) => {
    // The chart writes its URLs as for people.
    const rule = decodeAccountRule(encodeRule({ kind: "and", of }));
    expect(rule).not.toBeNull();
    const filter = await compileAccountRule(scope(), rule ?? EVERYONE, NOW);
    return (await accountTotals(scope(), undefined, filter)).all;
  };
  const weeks = await lifecycleWeeks(scope(), { from: dayOf(NOW) - 70, to: dayOf(NOW), who: "accounts" }, NOW);
  expect(weeks.length).toBeGreaterThan(8);
  const state = (values: State[], on: string): Condition => ({ kind: "state", is: "oneOf", values, on });
  for (const { monday, day, states, moves } of weeks) {
    for (const one of STATES) expect(await count([state([one], day)]), `${one} on ${day}`).toBe(states[one]);
    const before = isoDay(dayOf(Date.parse(monday)) - 1);
    for (const { was, became, people } of moves) {
      const from: Condition = was
        ? state([was], before)
        : { kind: "state", is: "noneOf", values: [...STATES], on: before };
      expect(await count([from, state([became], day)])).toBe(people);
    }
  }
  expect(Object.values(weeks.at(-1)?.states ?? {})).toEqual([1, 2, 1, 1, 1]);
});

test("own team, unassigning, merging and erasing update states and sums exactly", async () => {
  const settled = async () => {
    await refreshEverything(project, NOW);
    expect(await byTheJob()).toEqual(await byHand());
    return statesNow();
  };
  await updateProject(scope(), { internalPeople: ["staff"] });
  expect(await settled()).not.toHaveProperty("test");
  await unassignPerson(scope(), { ref: "u:bob", accountId: "daily", until: NOW - 70 * DAY_MS }, NOW);
  expect((await settled()).daily).toBe("active");
  await changeAccountMerge(scope(), ["gone", "newcomer"], true);
  const merged = await settled();
  expect(merged).toMatchObject({ gone: "resurrected" });
  expect(merged).not.toHaveProperty("newcomer");
  const options = { suppress: false, dryRun: false, requestedBy: "member:test", now: NOW };
  await erasePerson(pool(), project, { kind: "u", extId: "dee" }, options);
  expect((await settled()).stopped).toBe("slipping");
  await eraseAccount(scope(), "stopped", NOW);
  const gone = (await byTheJob()).runs.filter((run) => run.startsWith("stopped "));
  expect(gone, "at once").toEqual([]);
  expect(await settled()).not.toHaveProperty("stopped");
});

test("retention makes neither an account nor a person new again, on their pages, in lists, or in health", async () => {
  const kept = await makeModelProject(pool());
  const of = grantScope(kept.id, "member:test");
  const lives = { returned: [...days(40, 15), 2, 1], left: days(45, 10), steady: days(1, 58, 2), named: [50, 3] };
  const seen = Object.entries(lives).flatMap(([account, ago]) =>
    ago.map((day) => makeEvent((60 - day) * DAY_MINUTES - 60, { user: `u-${account}`, groups: [account] })),
  );
  await applyOperations(kept, ...seen);
  await refreshEverything(kept, NOW);
  const shown = async () => {
    const { rows } = await listAccounts(of, { tab: "all", limit: 100 });
    const accounts = await Promise.all(
      rows.map(async ({ id }) => {
        const account = (await accountDetails(of, id, isoDay(dayOf(NOW)))) as AccountDetails;
        const { state } = await readAccountHead(of, account, NOW);
        return [
          id,
          { listed: account.state, page: state?.state, health: account.health.state, ...seenOf(account) },
        ] as const;
      }),
    );
    const people = await Promise.all(
      Object.keys(lives).map(async (id) => {
        const who = (await findPerson(of, `u:u-${id}`)) as Person;
        const { rows: facts } = await pool().query<{ state: string }>(
          "SELECT state FROM profile_facts WHERE project_id = $1 AND person = $2",
          [kept.id, who.kind === "profile" ? who.profileId : -who.streamId],
        );
        return [id, { listed: facts[0]?.state, page: (await personState(of, who, NOW))?.state }] as const;
      }),
    );
    return { accounts: Object.fromEntries(accounts), people: Object.fromEntries(people) };
  };
  const seenOf = ({ firstSeen, lastSeen }: AccountDetails) => ({ firstSeen, lastSeen });
  const before = await shown();
  expect(before.accounts.returned).toMatchObject({ listed: "resurrected", page: "resurrected" });
  expect(before.accounts.left).toMatchObject({ listed: "dormant", page: "dormant", health: "steady" });
  await applyRetention(pool(), kept.id, { days: 9, byEvent: [] }, NOW);
  await refreshEverything(kept, NOW);
  const { rows } = await pool().query("SELECT FROM events WHERE project_id = $1 AND ts < $2", [
    kept.id,
    new Date(NOW - 10 * DAY_MS),
  ]);
  expect(rows).toEqual([]);
  const after = await shown();
  // The habit is computed from what is left; first and last seen stay.
  for (const [id, { listed, page, health, ...seenAt }] of Object.entries(after.accounts)) {
    expect(seenAt, id).toEqual({ firstSeen: before.accounts[id]?.firstSeen, lastSeen: before.accounts[id]?.lastSeen });
    expect([null, "new"], id).not.toContain(listed);
    expect(["new", "unseen"], id).not.toContain(health);
    expect(page, id).toBe(listed);
  }
  for (const [id, { listed, page }] of Object.entries(after.people)) {
    expect([null, "new"], id).not.toContain(page);
    expect(page, id).toBe(listed);
  }
});

test("changed thresholds are applied to every account", async () => {
  expect((await statesNow()).back).toBe("resurrected");
  await pool().query("UPDATE projects SET dormant_min_days = 60, dormant_max_days = 90 WHERE id = $1", [project.id]);
  await completeStates(pool(), project.id, NOW);
  expect(await byTheJob()).toEqual(await byHand());
  expect((await statesNow()).back).toBe("active");
  expect(await lifecycleProgress(scope(), "accounts")).toBe("settled");
});
