import { expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { refreshAllFacts, refreshFacts } from "@/lib/jobs/facts";
import { eventsOf, everyone, insertWorld, randomWorld, T0, visitsOf, type World } from "../timeline/reads-world";

const DAY_MS = 86_400_000;

type Row = Record<string, unknown> & { person: number };

async function factsOf(projectId: string): Promise<Row[]> {
  const { rows } = await pool().query<Row>("SELECT * FROM profile_facts WHERE project_id = $1 ORDER BY person", [
    projectId,
  ]);
  return rows;
}

/** The facts counted from the events alone, as the rules read. */
function expected(world: World, now: number) {
  return everyone(world)
    .map(({ key, firstSeen, lastSeen, events }) => {
      const active = eventsOf(world, key).filter((event) => event.active);
      const days = [...new Set(active.map((event) => Math.floor(event.ts / DAY_MS)))].sort((a, b) => a - b);
      const gaps = days.slice(1).map((day, i) => day - (days[i] as number));
      const sorted = [...gaps].sort((a, b) => a - b);
      const half = sorted.length / 2;
      const median =
        sorted.length % 2 === 1
          ? sorted[Math.floor(half)]
          : ((sorted[half - 1] as number) + (sorted[half] as number)) / 2;
      const usual = gaps.length >= 3 ? (median as number) : null;
      const today = Math.floor(now / DAY_MS);
      const within = (window: number) => (day: number) => day > today - window;
      const dayOf = (event: { ts: number }) => Math.floor(event.ts / DAY_MS);
      return {
        person: (key.startsWith("u") ? 1 : -1) * Number(key.slice(1)),
        first_seen: firstSeen,
        last_seen: lastSeen,
        event_count: events,
        sessions: visitsOf(world, key).length,
        active_days: days.length,
        days_7: days.filter(within(7)).length,
        days_30: days.filter(within(30)).length,
        days_90: days.filter(within(90)).length,
        events_7: active.filter((event) => within(7)(dayOf(event))).length,
        events_90: active.filter((event) => within(90)(dayOf(event))).length,
        usual_gap_days: usual,
      };
    })
    .sort((a, b) => a.person - b.person);
}

test("facts of random projects match a count of the events", async () => {
  for (let seed = 0; seed < 40; seed++) {
    const world = randomWorld(seed);
    // From minutes to days, so that there are active days to count.
    for (const item of [...world.events, ...world.spans]) stretch(item);
    await insertWorld(pool(), world);
    const now = Math.max(...world.events.map((event) => event.ts), 0) + (seed % 5) * 10 * DAY_MS;
    await refreshAllFacts(pool(), world.projectId, now);
    const wanted = expected(world, now);
    expect(await factsOf(world.projectId), `seed ${seed}`).toMatchObject(wanted);
    expect((await factsOf(world.projectId)).length).toBe(wanted.length);
    const before = await pool().query("SELECT xmin::text FROM profile_facts WHERE project_id = $1 ORDER BY person", [
      world.projectId,
    ]);
    await refreshFacts(
      pool(),
      world.projectId,
      wanted.map((row) => row.person),
      now,
    );
    const after = await pool().query("SELECT xmin::text FROM profile_facts WHERE project_id = $1 ORDER BY person", [
      world.projectId,
    ]);
    expect(after.rows, "unchanged rows are not rewritten").toEqual(before.rows);
  }
}, 60_000);

const SCALE = 2_000;
function stretch(item: object): void {
  for (const key of ["ts", "from", "to", "runLast"]) {
    const value = Reflect.get(item, key);
    if (typeof value === "number" && Number.isFinite(value)) Reflect.set(item, key, T0 + (value - T0) * SCALE);
  }
}
