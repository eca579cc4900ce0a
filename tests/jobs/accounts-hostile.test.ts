import { randomInt } from "node:crypto";
import { expect, test } from "vitest";
import { namedAccounts } from "@/lib/accounts/evidence.queries";
import { pool, transaction } from "@/lib/db/pool";
import { setAside } from "@/lib/debugger/set-aside.store";
import { newId } from "@/lib/ids";
import { createAccountMaintenance } from "@/lib/jobs/accounts";
import type { ProjectSettings } from "@/lib/projects/settings";
import { makeModelProject, makeTwoProjects } from "@/tests/identity/run";
import { insertAccountFacts, randomAccounts } from "@/tests/support/account-facts";
import { costRatio, wallTime } from "@/tests/support/cost";
import { applyOperations, described, makeEvent, refreshEverything, START } from "../accounts/support";

const DAY = 86_400_000;
/** Random, as repetitive text would be compressed to nothing, even within an index. */
const text = (length: number, from: number, to: number): string =>
  String.fromCodePoint(...Array.from({ length }, () => randomInt(from, to)));
const nobody = () => Promise.resolve();

test("a property whose path exceeds the size of an index row is stored and logged", async () => {
  const project = await makeModelProject(pool());
  const id = text(255, 0x1f300, 0x1f5ff);
  const nested = [1, 2, 3, 4, 5].reduce<unknown>((inner) => ({ [text(200, 0x4e00, 0x9fff)]: inner }), "deep");
  const outcomes = await applyOperations(project, described(1, id, { properties: nested as Record<string, string> }));
  expect(outcomes.map(({ status }) => status)).toEqual(["accepted"]);
  const { rows } = await pool().query("SELECT value FROM account_changes WHERE project_id = $1", [project.id]);
  expect(rows).toEqual([{ value: "deep" }]);
});

test("an account that is set aside does not delay others of its project", async () => {
  const project = await makeModelProject(pool());
  const accounts = randomAccounts(250);
  await insertAccountFacts(project.id, accounts);
  for (const { id } of accounts)
    await pool().query("INSERT INTO accounts (project_id, id, created_at) VALUES ($1, $2, now())", [project.id, id]);
  await pool().query("UPDATE account_facts SET computed_on = '2020-01-01' WHERE project_id = $1", [project.id]);
  const now = START + 60 * DAY;
  await setAside(pool(), project.id, "accounts", accounts[0]?.id as string, "numeric_value_out_of_range", now);
  const keeper = createAccountMaintenance(pool(), nobody, project.id);
  while (await keeper.step(now));
  const { rows } = await pool().query(
    "SELECT account_id FROM account_facts WHERE project_id = $1 AND computed_on = '2020-01-01'",
    [project.id],
  );
  expect(rows).toEqual([{ account_id: accounts[0]?.id }]);
});

test("endless work does not delay other accounts' facts", async () => {
  const project = await makeModelProject(pool());
  await applyOperations(project, described(1, "acme", { name: "Acme" }));
  const keeper = createAccountMaintenance(pool(), nobody, project.id);
  for (let step = 0; step < 20; step++) {
    await pool().query(
      `INSERT INTO account_work (project_id, account_id, from_person, to_person, id) VALUES ($1, 'acme', 1, 0, $2)`,
      [project.id, newId()],
    );
    await keeper.step(START + 60 * DAY);
  }
  const { rows } = await pool().query("SELECT name FROM account_facts WHERE project_id = $1", [project.id]);
  expect(rows).toEqual([{ name: "Acme" }]);
});

/** Stale accounts of a project; resolves to how many are still waiting. */
async function stale({ id }: ProjectSettings, accounts: number): Promise<() => Promise<number>> {
  await pool().query(
    "INSERT INTO accounts (project_id, id, created_at) SELECT $1, 'a' || n, now() FROM generate_series(1, $2::int) n",
    [id, accounts],
  );
  await pool().query("INSERT INTO account_stale SELECT $1, 'a' || n FROM generate_series(1, $2::int) n", [
    id,
    accounts,
  ]);
  return async () => {
    const { rows } = await pool().query<{ n: number }>(
      "SELECT count(*)::int AS n FROM account_stale WHERE project_id = $1",
      [id],
    );
    return rows[0]?.n ?? 0;
  };
}

test("a project with many stale accounts does not delay another's", async () => {
  const [first, second] = await makeTwoProjects(pool());
  const large = await stale(first, 1_000);
  const small = await stale(second, 1);
  const keeper = createAccountMaintenance(pool(), nobody);
  for (let steps = 0; steps < 500 && (await small()) > 0; steps++) await keeper.step(START + 60 * DAY);
  expect(await small()).toBe(0);
  expect(await large()).toBeGreaterThan(500);
  for (let steps = 0; steps < 500 && (await large()) > 0; steps++) await keeper.step(START + 60 * DAY);
  expect(await large()).toBe(0);
});

test("as days pass, a project with many accounts does not delay another's", async () => {
  const [large, small] = await makeTwoProjects(pool());
  const outdated = async ({ id }: ProjectSettings, accounts: number) => {
    await insertAccountFacts(id, randomAccounts(accounts));
    await pool().query(
      `INSERT INTO accounts (project_id, id, created_at)
       SELECT $1, account_id, now() FROM account_facts WHERE project_id = $1`,
      [id],
    );
    await pool().query("UPDATE account_facts SET computed_on = '2020-01-01' WHERE project_id = $1", [id]);
  };
  const left = async ({ id }: ProjectSettings) =>
    (await pool().query("SELECT FROM account_facts WHERE project_id = $1 AND computed_on = '2020-01-01'", [id]))
      .rowCount;
  await outdated(large, 1_000);
  await outdated(small, 1);
  const keeper = createAccountMaintenance(pool(), nobody);
  for (let steps = 0; steps < 500 && (await left(small)) !== 0; steps++) await keeper.step(START + 60 * DAY);
  expect(await left(small)).toBe(0);
  expect(await left(large)).toBeGreaterThan(500);
  for (let steps = 0; steps < 500 && (await left(large)) !== 0; steps++) await keeper.step(START + 60 * DAY);
  expect(await left(large)).toBe(0);
});

test("stale accounts that are all set aside leave nothing to do, and do not hide those after them", async () => {
  const project = await makeModelProject(pool());
  const waiting = await stale(project, 150);
  const now = START + 60 * DAY;
  const aside = Array.from({ length: 149 }, (_, i) => `a${i + 1}`);
  for (const id of aside) await setAside(pool(), project.id, "accounts", id, "numeric_value_out_of_range", now);
  const keeper = createAccountMaintenance(pool(), nobody, project.id);
  let steps = 0;
  while ((await keeper.step(now)) && steps < 100) steps++;
  expect(steps).toBeLessThan(100);
  expect(await waiting()).toBe(149);
});

test("the cost of a shared device that names many accounts is linear in what it sent", async () => {
  const prepare = async (accounts: number) => {
    const project = await makeModelProject(pool());
    const messages = (minute: number, user: string) => [
      makeEvent(minute, { kind: "identify", name: "identify", user, anon: "shared" }),
      ...Array.from({ length: accounts }, (_, i) =>
        makeEvent(minute + (i + 1) / 60_000, { anon: "shared", groups: [`account ${i}`] }),
      ),
    ];
    const all = [...messages(1, "ada"), ...messages(1_000, "bob")];
    for (let i = 0; i < all.length; i += 500) await applyOperations(project, ...all.slice(i, i + 500));
    await refreshEverything(project);
    const { rows } = await pool().query<{ person: number }>("SELECT person FROM profile_facts WHERE project_id = $1", [
      project.id,
    ]);
    const people = rows.map(({ person }) => person);
    return async () => {
      const found = await transaction(pool(), (tx) => namedAccounts(tx, project.id, people));
      expect(found).toHaveLength(2 * accounts);
    };
  };
  const [few, many] = [await prepare(60), await prepare(420)];
  await few(); // warm
  // Seven times the accounts: quadratic takes 49 times as long.
  expect(await costRatio(few, many, 18, wallTime)).toBeLessThan(18);
}, 180_000);
