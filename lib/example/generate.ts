import type { Operation } from "@/lib/events/operation";
import { billingOfCompany } from "./billing";
import { DAY_MS } from "./calendar";
import { activityOfPerson, visitInProgress, visitOfStranger } from "./journey";
import { HISTORY_DAYS, inventPeople } from "./people";
import type { DemoPerson } from "./person";
import { Random } from "./random";
import { DEMO_PLACES, DESKTOPS, PHONES } from "./world";

export type DemoOptions = {
  /** Random seed. */
  seed: string;
  /** Milliseconds since 1970; no event is later. */
  now: number;
  /** People who sign up. */
  people: number;
  /** Visitors who never sign up. */
  visitors: number;
};

export type Demo = {
  people: DemoPerson[];
  /** Oldest first; ids ascend with time. */
  operations: Operation[];
};

/** People in the app right now. */
const ONLINE_PEOPLE = 6;
/** Visitors on the public pages right now. */
const ONLINE_VISITORS = 2;

/** A year of Larder, an invented small company. A pure function of its options. O(operations), about 0.01 ms each. */
export function generateDemo({ seed, now, people: count, visitors }: DemoOptions): Demo {
  const root = new Random(seed);
  const people = inventPeople(root, now, count);
  const operations: Operation[] = [];
  for (const person of people) add(operations, activityOfPerson(root.fork(`journey/${person.userId}`), person, now));
  const active = people.filter(
    ({ habit, quietSince, signedUpAt }) => habit === "power" && quietSince === null && signedUpAt < now - DAY_MS,
  );
  active.sort((a, b) => Number(b.founder) - Number(a.founder)); // those with the longest histories first
  for (const person of active.slice(0, ONLINE_PEOPLE)) {
    add(operations, visitInProgress(root.fork(`online/${person.userId}`), person, now));
  }
  for (const company of new Set(people.map((person) => person.company))) {
    const members = people.filter((person) => person.company === company);
    add(operations, billingOfCompany(root.fork(`billing/${company.id}`), company, members, now));
  }
  for (let number = 0; number < visitors; number++) {
    add(operations, visitor(root.fork(`visitor/${number}`), now, number < ONLINE_VISITORS));
  }
  const past = operations.filter((operation) => operation.ts <= now);
  for (const operation of past) operation.receivedAt = Math.min(operation.receivedAt, now);
  return { people, operations: past.sort((a, b) => a.ts - b.ts || (a.id < b.id ? -1 : 1)) };
}

/** One to three visits by an anonymous visitor; more in later months, as the company grows. */
function visitor(random: Random, now: number, online: boolean): Operation[] {
  const place = random.weighted(DEMO_PLACES);
  const hardware = random.weighted(random.chance(0.5) ? DESKTOPS : PHONES);
  const device = { anonymousId: random.uuid(), hardware, since: 0 };
  const first = now - HISTORY_DAYS * DAY_MS * (1 - Math.sqrt(random.unit()));
  const starts = [Math.floor(online ? now - random.between(20_000, 90_000) : first)];
  while (!online && random.chance(0.25)) starts.push(Math.floor((starts.at(-1) as number) + random.pause(6) * DAY_MS));
  return starts.flatMap((start, index) => visitOfStranger(random.fork(`visit/${index}`), device, place, start));
}

function add(operations: Operation[], more: Operation[]): void {
  for (const operation of more) operations.push(operation);
}
