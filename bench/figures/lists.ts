import { countPeople, listProfiles } from "@/lib/profiles/queries";
import { searchPeople } from "@/lib/profiles/search.queries";
import { type ListProfilesOptions, SORT_COLUMNS } from "@/lib/profiles/types";
import { grantScope, type Scope } from "@/lib/scope";
import { compileRule } from "@/lib/segments/compiled.queries";
import type { Condition } from "@/lib/segments/rule";
import { ensureData, LARGE, projectName, type Size } from "../data";
import { type Bench, type Figure, ms, percentile, type Row, timings } from "../support";

const PAGE = 50;
const SAMPLES = 40;
const DEEP_PAGES = 50;
const LIST = "p95 below 50 ms";
const BEHAVIOUR = "p95 below 500 ms";

/** The users list of a million people and ten million events: whole calls of listProfiles, what each page shows included. */
export const lists: Figure = {
  name: "lists",
  title: "Lists: orders, searches, rules and deep pages over a million people",
  run: (bench) => listsOf(bench, sizeFrom(process.env.BENCH_SIZE)),
};

/** "100000/1000000": people/events. */
function sizeFrom(text: string | undefined): Size {
  const [people, events] = (text ?? "").split("/").map(Number);
  return people && events ? { people, events } : LARGE;
}

const plan: Condition = { kind: "property", key: "plan", type: "text", is: "oneOf", values: ["enterprise"] };
const company: Condition = { kind: "property", key: "company", type: "text", is: "oneOf", values: ["Company 77"] };
const germany: Condition = { kind: "fact", field: "country", is: "oneOf", values: ["DE"] };
const seats: Condition = { kind: "property", key: "seats", type: "number", is: "ge", value: 45 };
const did = (event: string, n: number, is: "atLeast" | "exactly", days: number | null): Condition => ({
  kind: "did",
  event,
  where: [],
  is,
  n,
  window: days === null ? { ever: true } : { days },
});

const RULES: readonly [what: string, rule: Condition[], reference: string][] = [
  ["two properties, a sixth of the people", [plan, germany], LIST],
  ["two properties, few people", [plan, company], LIST],
  ["a property over a number, and a country", [seats, germany], LIST],
  ["did export in the last 14 days", [did("export", 1, "atLeast", 14)], BEHAVIOUR],
  ["did not export in the last 14 days, on a plan", [plan, did("export", 0, "exactly", 14)], BEHAVIOUR],
  ["did export 3 times in the last 90 days", [did("export", 3, "atLeast", 90)], BEHAVIOUR],
  ["did export ever", [did("export", 1, "atLeast", null)], BEHAVIOUR],
  ["did view a page ever (the commonest event)", [did("screen_view", 1, "atLeast", null)], BEHAVIOUR],
  [
    "did export for the first time in the last 30 days",
    [{ kind: "firstDid", event: "export", window: { days: 30 } }],
    BEHAVIOUR,
  ],
];

async function listsOf({ db, say }: Bench, size: Size): Promise<Row[]> {
  const scope = grantScope(await ensureData(db, size, say), "system:bench");
  const rows: Row[] = [];
  const measure = async (what: string, reference: string, work: (i: number) => Promise<unknown>, samples = SAMPLES) => {
    await work(0);
    const times = await timings(samples, work);
    rows.push({ what, value: `p50 ${ms(percentile(times, 0.5))}, p95 ${ms(percentile(times, 0.95))}`, reference });
    say(`lists: ${what}: ${rows.at(-1)?.value}`);
  };
  const list = (options: Omit<ListProfilesOptions, "limit">) => () => listProfiles(scope, { ...options, limit: PAGE });
  await measure("newest last seen first", LIST, list({}));
  for (const tab of ["identified", "anonymous", "power", "quiet"] as const)
    await measure(`tab ${tab}`, LIST, list({ tab }));
  for (const by of SORT_COLUMNS)
    for (const order of ["asc", "desc"] as const)
      await measure(`sorted by ${by}, ${order}`, LIST, list({ sort: { by, order } }));
  await measure(
    "sorted by a property (no index)",
    "told, not promised",
    list({ sort: { by: { property: "seats" }, order: "desc" } }),
    5,
  );
  await measure(
    `sorted by events, page ${DEEP_PAGES}`,
    LIST,
    await deepPage(scope, { sort: { by: "events", order: "desc" } }),
  );
  for (const text of ["hopper 123", "person4242", "company 77", "radia"]) {
    await measure(`list searched for “${text}”`, LIST, list({ search: text }));
    await measure(`Ctrl-K for “${text}”`, LIST, () => searchPeople(scope, text, 10));
  }
  await measure("Ctrl-K for a misspelt “margret hamiltn 4242”", LIST, () =>
    searchPeople(scope, "margret hamiltn 4242", 10),
  );
  for (const [what, of, reference] of RULES) {
    const filter = await compileRule(scope, { kind: "and", of });
    await measure(`rule: ${what}`, reference, list({ filter }), reference === LIST ? SAMPLES : 10);
    const total = await countPeople(scope, { filter });
    await measure(
      `total of: ${what} (${total.exact ? "" : "about "}${total.count.toLocaleString("en")})`,
      "below 1 s",
      () => countPeople(scope, { filter }),
      5,
    );
  }
  await measure("total of everyone", "below 1 s", () => countPeople(scope, {}), 5);
  say(`lists: measured on ${projectName(size)}`);
  return rows;
}

async function deepPage(scope: Scope, options: Omit<ListProfilesOptions, "limit" | "cursor">) {
  let cursor: string | undefined;
  for (let page = 1; page < DEEP_PAGES; page++)
    cursor = (await listProfiles(scope, { ...options, limit: PAGE, cursor })).next ?? undefined;
  return () => listProfiles(scope, { ...options, limit: PAGE, cursor });
}
