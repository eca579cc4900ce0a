import { expect, test } from "vitest";
import type { Operation } from "@/lib/events/operation";
import { DAY_MS } from "./calendar";
import { generateDemo } from "./generate";
import { HISTORY_DAYS } from "./people";
import type { DemoHabit, DemoPerson, Story } from "./person";

const NOW = Date.UTC(2026, 10, 23, 12, 40);
const whole = generateDemo({ seed: "larder", now: NOW, people: 500, visitors: 1_600 });
const { people, operations } = whole;

const by = <Key>(key: (operation: Operation) => Key): Map<Key, Operation[]> => {
  const groups = new Map<Key, Operation[]>();
  for (const operation of operations) {
    const group = groups.get(key(operation));
    if (group) group.push(operation);
    else groups.set(key(operation), [operation]);
  }
  return groups;
};
const ofUser = by(({ user }) => user);

test("the year is a pure function of seed and time", () => {
  const options = { seed: "larder", now: NOW, people: 15, visitors: 15 };
  const year = generateDemo(options);
  expect(generateDemo(options)).toEqual(year);
  expect(generateDemo({ ...options, seed: "other" }).operations).not.toEqual(year.operations);
});

test("asking for fewer people gives the same people", () => {
  const fewer = generateDemo({ seed: "larder", now: NOW, people: 40, visitors: 0 });
  expect(fewer.people).toEqual(people.slice(0, 40));
});

test("500 people sign up, each with their own id and e-mail, at invented domains only", () => {
  expect(new Set(people.map(({ userId }) => userId)).size).toBe(500);
  expect(new Set(people.map(({ email }) => email)).size).toBe(500);
  for (const { email } of people) expect(email).toMatch(/^[a-z.0-9]+@[a-z0-9]+\.example$/);
  for (const { userId } of people) expect(ofUser.get(userId)?.some(({ kind }) => kind === "identify")).toBe(true);
});

test("everything happened within the year, none of it after now, oldest first and each once", () => {
  expect(operations.length).toBeGreaterThan(60_000);
  expect(operations.length).toBeLessThan(150_000);
  const oldest = NOW - (HISTORY_DAYS + 60) * DAY_MS; // some read the site for weeks before signing up
  const misplaced = operations.filter(
    ({ ts, receivedAt }, index) => ts < (operations[index - 1]?.ts ?? oldest) || receivedAt < ts || receivedAt > NOW,
  );
  expect(misplaced).toEqual([]);
  expect(new Set(operations.map(({ id }) => id)).size).toBe(operations.length);
});

test("most people who signed up by themselves were anonymous visitors before, on the same device", () => {
  const founders = people.filter(({ founder }) => founder);
  const byStream = by(({ anon }) => anon);
  const before = founders.filter((person) =>
    byStream.get(person.devices[0]?.anonymousId ?? "")?.some(({ user, ts }) => user === null && ts < person.signedUpAt),
  );
  expect(before.length / founders.length).toBeGreaterThan(0.5);
});

test("some have a second device and some share the kitchen's tablet", () => {
  const streams = by(({ anon }) => anon);
  const owners = [...streams.values()].map((all) => new Set(all.flatMap(({ user }) => user ?? [])).size);
  expect(owners.filter((count) => count > 1).length).toBeGreaterThan(3);
  const used = people.filter(({ userId }) => new Set(ofUser.get(userId)?.map(({ anon }) => anon)).size > 1);
  expect(used.length).toBeGreaterThan(100);
});

test("people who slip were regulars, met trouble, and have been silent for at least three weeks", () => {
  const slipped = people.filter(({ habit, quietSince }) => habit === "slipping" && quietSince !== null);
  expect(slipped.length).toBeGreaterThan(20);
  for (const { userId } of slipped) {
    const last = ofUser.get(userId)?.findLast(({ active }) => active)?.ts ?? 0;
    expect(NOW - last).toBeGreaterThan(19 * DAY_MS);
  }
  const inTrouble = slipped.filter(({ userId }) => ofUser.get(userId)?.some(({ name }) => name.endsWith("_failed")));
  expect(inTrouble.length / slipped.length).toBeGreaterThan(0.6);
});

/** The share of people with these habits who did it on their first day. */
function firstDayShare(event: string, ...habits: DemoHabit[]): number {
  const some = people.filter(({ habit }) => habits.includes(habit));
  const did = some.filter(({ userId, signedUpAt }) =>
    ofUser.get(userId)?.some(({ name, ts }) => name === event && ts < signedUpAt + DAY_MS),
  );
  return did.length / some.length;
}

test("those who stay imported an invoice on their first day, and power users exported a report", () => {
  expect(firstDayShare("invoice_imported", "power", "regular")).toBeGreaterThan(0.8);
  expect(firstDayShare("invoice_imported", "lost")).toBeLessThan(0.2);
  expect(firstDayShare("report_exported", "power")).toBeGreaterThan(0.8);
  expect(firstDayShare("report_exported", "regular", "light", "slipping", "lost")).toBeLessThan(0.1);
});

test("some came once a week, and have missed three or four weeks", () => {
  const regulars = people.filter(({ weekday }) => weekday !== null);
  expect(regulars.length).toBeGreaterThan(2);
  for (const { userId, weekday } of regulars) {
    const recent = (ofUser.get(userId) ?? []).filter(({ active, ts }) => active && ts > NOW - 100 * DAY_MS);
    const days = new Set(recent.map(({ ts }) => Math.floor(ts / DAY_MS)));
    expect(days.size).toBeGreaterThan(6);
    const own = [...days].filter((day) => new Date(day * DAY_MS).getUTCDay() === weekday);
    expect(own.length / days.size).toBeGreaterThan(0.85);
    const missed = [...Array(30).keys()].filter((ago) => {
      const day = Math.floor(NOW / DAY_MS) - ago;
      return day > Math.max(...days) && new Date(day * DAY_MS).getUTCDay() === weekday;
    });
    expect([3, 4]).toContain(missed.length);
  }
});

test("some are online at this moment, known and unknown", () => {
  const recent = operations.filter(({ ts, active }) => active && ts > NOW - 5 * 60_000);
  expect(new Set(recent.map(({ user, anon }) => user ?? anon)).size).toBeGreaterThanOrEqual(6);
  expect(recent.some(({ user }) => user === null)).toBe(true);
});

test("working days are busier than Sundays, and mornings than nights", () => {
  const inApp = operations.filter(({ user, sessionId }) => user !== null && sessionId !== null);
  const on = (day: number) => inApp.filter(({ ts }) => new Date(ts).getUTCDay() === day).length;
  expect(on(1)).toBeGreaterThan(3 * on(0));
});

test("revenue arrives monthly, in cents, from the server, and is not activity", () => {
  const revenue = operations.filter(({ name }) => name === "revenue");
  expect(revenue.length).toBeGreaterThan(100);
  for (const operation of revenue) {
    expect(operation).toMatchObject({ anon: null, sessionId: null, active: false });
    expect([4_900, 14_900]).toContain(operation.revenue);
  }
});

const membersOf = (story: Story): DemoPerson[] => people.filter(({ company }) => company.story === story);
const activeDaysOf = (userId: string, from: number, to: number): number =>
  new Set(
    (ofUser.get(userId) ?? [])
      .filter(({ active, ts }) => active && ts >= from && ts < to)
      .map(({ ts }) => Math.floor(ts / DAY_MS)),
  ).size;

test("one company each: a champion who left, a team that grows, a feature that was dropped", () => {
  for (const story of ["champion_left", "team_grows", "feature_dropped"] as const)
    expect(new Set(membersOf(story).map(({ company }) => company.id)).size, story).toBe(1);
});

test("the champion who left was the most active, the others left after them, and the company still pays", () => {
  const members = membersOf("champion_left");
  const before = members.map(({ userId }) => activeDaysOf(userId, NOW - 90 * DAY_MS, NOW - 35 * DAY_MS));
  expect(before[0]).toBe(Math.max(...before));
  const [champion, ...others] = members.map(
    ({ userId }) => ofUser.get(userId)?.findLast(({ active }) => active)?.ts ?? 0,
  );
  expect(NOW - (champion ?? 0)).toBeGreaterThan(30 * DAY_MS);
  for (const last of others) expect(last).toBeGreaterThan(champion ?? 0);
  const billed = ofUser.get(members[0]?.userId ?? "")?.findLast(({ revenue }) => revenue !== null);
  expect(NOW - (billed?.ts ?? 0)).toBeLessThan(31 * DAY_MS);
});

test("the team that grows has most of its people for six weeks or less, and all of them came back", () => {
  const members = membersOf("team_grows");
  const recent = members.filter(({ signedUpAt }) => signedUpAt > NOW - 43 * DAY_MS);
  expect(recent.length / members.length).toBeGreaterThan(0.6);
  for (const { userId } of members) expect(activeDaysOf(userId, NOW - 43 * DAY_MS, NOW)).toBeGreaterThan(1);
});

test("the dropped feature was in weekly use, and ended while the company continued", () => {
  const members = membersOf("feature_dropped");
  const end = NOW - 40 * DAY_MS;
  const done = members
    .flatMap(({ userId }) => ofUser.get(userId) ?? [])
    .filter(({ name }) => name.startsWith("stock_"));
  expect(done.filter(({ ts }) => ts > end - 56 * DAY_MS && ts < end).length).toBeGreaterThan(8);
  expect(done.filter(({ ts }) => ts >= end)).toEqual([]);
  for (const { userId } of members) expect(activeDaysOf(userId, end, NOW)).toBeGreaterThan(3);
});
