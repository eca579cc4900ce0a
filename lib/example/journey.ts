import type { Operation } from "@/lib/events/operation";
import type { JsonObject } from "@/lib/json";
import { DAY_MS, inHours, visitTimes } from "./calendar";
import { AREAS, type Area, TROUBLES } from "./features";
import { SUPPLIERS } from "./names";
import type { DemoCompany, DemoDevice, DemoHabit, DemoPerson } from "./person";
import type { Random } from "./random";
import { areaFactor } from "./stories";
import { DemoVisit } from "./visit";
import { type DemoPlan, INVITED, MARKETING_PAGES, SOURCES } from "./world";

/** Number of app parts per visit. */
const AREAS_A_VISIT: Record<DemoHabit, [low: number, high: number]> = {
  power: [2, 7],
  regular: [1, 5],
  light: [1, 3],
  slipping: [1, 4],
  lost: [1, 2],
};
/** Factor on the probabilities of features.ts. */
const FEATURE_FACTOR: Record<DemoHabit, number> = { power: 1.3, regular: 1, light: 0.7, slipping: 0.8, lost: 0.35 };
/** Probability of importing an invoice in the first visit, which most retained people did. */
const FIRST_INVOICE: Record<DemoHabit, number> = { power: 0.95, regular: 0.92, light: 0.8, slipping: 0.9, lost: 0.06 };
/** Probability of exporting a report, which mostly future power users do. */
const FIRST_REPORT: Record<DemoHabit, number> = { power: 0.95, regular: 0.04, light: 0.02, slipping: 0.05, lost: 0.01 };

export const planAt = (company: DemoCompany, ts: number): DemoPlan =>
  company.plans.findLast((change) => change.at <= ts)?.plan ?? "free";

/**
 * All activity of a person on their devices, from the first anonymous page view to the last visit before `now`.
 */
export function activityOfPerson(random: Random, person: DemoPerson, now: number): Operation[] {
  const operations = [...beforeSignUp(random.fork("before"), person), ...signUp(random.fork("sign-up"), person)];
  const known = new Set<DemoDevice>([person.devices[0] as DemoDevice]);
  const times = visitTimes(random.fork("calendar"), person, now);
  for (const [index, time] of times.entries()) {
    const visitRandom = random.fork(`visit/${index}`);
    const device = deviceAt(visitRandom, person, time);
    const lastVisits = person.habit === "slipping" && person.quietSince !== null && index >= times.length - 3;
    operations.push(...appVisit(visitRandom, person, device, time, now, !known.has(device), lastVisits));
    if (device !== person.company.tablet) known.add(device);
  }
  return operations;
}

/** A visit still in progress at `now`. */
export function visitInProgress(random: Random, person: DemoPerson, now: number): Operation[] {
  const startingAt = (ts: number) =>
    appVisit(random.fork("visit"), person, person.devices[0] as DemoDevice, ts, now, false, false);
  const durationMs = startingAt(0).at(-1)?.ts ?? 0; // the same draws take the same pauses
  return startingAt(now - durationMs - random.between(5_000, 150_000));
}

/** A visitor of the public pages who never signs up. */
export function visitOfStranger(
  random: Random,
  device: DemoDevice,
  place: DemoPerson["company"]["place"],
  ts: number,
): Operation[] {
  const visit = new DemoVisit(random, device, place, ts, null, [], random.weighted(SOURCES));
  browsePublicPages(random, visit, random.whole(1, 4));
  return visit.operations;
}

function beforeSignUp(random: Random, person: DemoPerson): Operation[] {
  if (!person.founder && !random.chance(0.55)) return [];
  const { place } = person.company;
  const visits = random.whole(person.founder ? 0 : 1, 3);
  const starts = Array.from({ length: visits }, () =>
    inHours(random, person.signedUpAt - (1 + random.pause(5, 0.9)) * DAY_MS, place),
  ).sort(ascending);
  return starts.flatMap((start, index) => {
    const source = index === 0 ? person.source : random.chance(0.5) ? {} : random.weighted(SOURCES);
    const visit = new DemoVisit(random, person.devices[0] as DemoDevice, place, start, null, [], source);
    browsePublicPages(random, visit, random.whole(1, 5));
    return visit.operations;
  });
}

function signUp(random: Random, person: DemoPerson): Operation[] {
  const { company } = person;
  const source = person.founder ? person.source : INVITED;
  const visit = new DemoVisit(
    random,
    person.devices[0] as DemoDevice,
    company.place,
    person.signedUpAt,
    null,
    [],
    source,
  );
  if (person.founder) {
    browsePublicPages(random, visit, random.whole(1, 3));
    visit.view("/signup", "Sign up · Larder");
  } else {
    visit.view("/invitation", "Join your kitchen · Larder");
  }
  visit.wait(40);
  visit.identify(person.userId, traitsOf(person, person.signedUpAt), [company.id]);
  visit.joinCompany(company.name, {
    domain: `${company.slug}.example`,
    industry: company.industry,
    seats: company.seats,
  });
  visit.track(person.founder ? "signed_up" : "invitation_accepted", person.founder ? { method: "email" } : {});
  visit.view("/app", "Today · Larder");
  if (random.chance(FIRST_INVOICE[person.habit])) {
    visit.view("/app/invoices", "Invoices · Larder");
    const paper = random.fork("invoice");
    const method = paper.pick(["photo", "email", "csv"]);
    visit.track("invoice_imported", { supplier: paper.pick(SUPPLIERS), lines: paper.whole(2, 20), method });
  }
  const first = random.fork("report");
  if (first.chance(FIRST_REPORT[person.habit])) {
    visit.view("/app/reports", "Reports · Larder");
    const report = first.pick(["Food cost", "Waste", "Margins"]);
    visit.track("report_exported", { report, format: first.pick(["pdf", "csv", "xlsx"]) });
  }
  for (let areas = random.whole(0, 2); areas > 0; areas--) work(random, visit, person, random.pick(AREAS));
  return visit.operations;
}

function appVisit(
  random: Random,
  person: DemoPerson,
  device: DemoDevice,
  ts: number,
  now: number,
  logsIn: boolean,
  inTrouble: boolean,
): Operation[] {
  const { company, habit } = person;
  const shared = device === company.tablet;
  const anonymous = logsIn || shared;
  // Some visits start on the public site, where the SDK does not know the app's log-in.
  const byWayOfTheSite = !anonymous && random.chance(0.04);
  const visit = new DemoVisit(
    random,
    device,
    company.place,
    ts,
    anonymous || byWayOfTheSite ? null : person.userId,
    anonymous || byWayOfTheSite ? [] : [company.id],
  );
  if (byWayOfTheSite) {
    visit.view("/", "Larder: know what every plate costs");
    visit.goTo("/app", "Today · Larder");
  }
  if (anonymous) {
    visit.view("/login", "Log in · Larder");
    if (shared) visit.wait(4);
  }
  if (anonymous || byWayOfTheSite) visit.identify(person.userId, traitsOf(person, ts), [company.id]);
  const [low, high] = AREAS_A_VISIT[habit];
  const weights = AREAS.map((area) => {
    const weight = habit === "power" ? area.expertWeight : area.weight;
    return [weight * areaFactor(company, area, ts, now), area] as const;
  });
  for (let areas = random.whole(low, high); areas > 0; areas--) work(random, visit, person, random.weighted(weights));
  if (inTrouble && random.chance(0.8)) {
    const trouble = TROUBLES[Number(person.userId.slice(4)) % TROUBLES.length] as (typeof TROUBLES)[number];
    visit.view(trouble.path, trouble.title);
    for (let tries = random.whole(1, 3); tries > 0; tries--) visit.track(trouble.name, trouble.properties);
  }
  return visit.operations;
}

function work(random: Random, visit: DemoVisit, person: DemoPerson, area: Area): void {
  visit.view(area.path, area.title);
  for (const feature of area.features) {
    if (feature.expert && person.habit !== "power" && !random.chance(0.25)) continue;
    if (!random.chance(feature.chance * FEATURE_FACTOR[person.habit])) continue;
    visit.track(feature.name, feature.properties(random));
    if (feature.name === "recipe_created") visit.increment("recipes", 1);
  }
}

/** Browses the public pages, starting at a landing page. */
function browsePublicPages(random: Random, visit: DemoVisit, pages: number): void {
  let last = "";
  for (let page = 0; page < pages; page++) {
    const others = MARKETING_PAGES.filter((other) => other[2] !== last);
    const [, , path, title] = random.weighted(
      others.map((other) => [page === 0 ? other[0] : other[1], other] as const),
    );
    visit.view(path, title);
    last = path;
  }
}

/** Mostly their first device, sometimes the second or the kitchen's tablet, once they have it. */
function deviceAt(random: Random, person: DemoPerson, ts: number): DemoDevice {
  const { tablet } = person.company;
  if (tablet && tablet.since < ts && random.chance(0.14)) return tablet;
  const own = person.devices.filter((device) => device.since < ts);
  return random.chance(0.68) ? (own[0] as DemoDevice) : (own.at(-1) as DemoDevice);
}

function traitsOf(person: DemoPerson, ts: number): JsonObject {
  const { firstName, lastName, email, role, company } = person;
  return { firstName, lastName, email, role, company: company.name, plan: planAt(company, ts) };
}

const ascending = (a: number, b: number): number => a - b;
