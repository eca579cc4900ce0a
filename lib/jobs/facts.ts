import { membershipsAmong, writeMemberships } from "@/lib/accounts/compute-memberships";
import { endOfMembership, type Membership } from "@/lib/accounts/memberships";
import { isDistributed, type Pool, pool, transaction } from "@/lib/db/pool";
import { isLeader } from "@/lib/db/process-link.store";
import { clearAside, setAside, setAsideAmong } from "@/lib/debugger/set-aside.store";
import { describeFault } from "@/lib/faults/data-fault";
import { isolating } from "@/lib/faults/isolate";
import { logFault } from "@/lib/faults/log";
import { splitNumbers, visitorNumber } from "@/lib/identity/person-ref";
import { cleanAccountId } from "@/lib/ingest/values/clean";
import type { JsonObject } from "@/lib/json";
import { writeConsents } from "@/lib/profiles/facts/consent.store";
import type { WalkedPeople } from "@/lib/profiles/facts/facts.queries";
import { planForAnyProject, type VisitorDocument, writeFacts } from "@/lib/profiles/facts/facts.store";
import { markInternal } from "@/lib/profiles/facts/internal.store";
import { longHistories } from "@/lib/profiles/facts/long-histories.queries";
import { writePersonHistory } from "@/lib/profiles/facts/person-history.store";
import { signUpRule, writeSignUps } from "@/lib/profiles/facts/sign-up.store";
import { markStaleCalls, takeStale } from "@/lib/profiles/facts/stale-people";
import { writeValues } from "@/lib/profiles/list/sorted-columns.store";
import { visitorPropertiesOf } from "@/lib/profiles/person/person-details.queries";
import { lockFacts } from "@/lib/profiles/profiles.store";
import { jobReader } from "@/lib/scope";
import { membersAmong, ownTeamFilter } from "@/lib/segments/own-team.queries";
import { createAccountMaintenance } from "./accounts";
import { completeActiveCounts } from "./active-counts";
import { maintainColumns } from "./columns";
import { createDutyMeter } from "./duty";
import { batchesOf, createStaleSearch, type FactsBatch, SEARCH_ROWS, walkPasses } from "./facts-walk";
import { completeStates, refreshStates } from "./lifecycle";
import { pause, RunAgain, type Running, runJobs } from "./loop";
import { completeRisk } from "./risk";
import { sweepSignUps } from "./sign-ups";
import { StaleTurns } from "./stale-turns";

/**
 * Facts are computed after one to two times this, in ms: everything a person does within it costs one computation.
 */
const FLUSH_EVERY_MS = 700;
/** Time between marking somebody and computing them, at least, in which the transactions that changed them commit. */
const SETTLE_MS = 500;
/** After this many ms with people the engine reported, the rest of the job's work takes a turn. */
const REPORTED_FOR_MS = 5_000;
/** How often the job searches for people whose facts a crash or another process left stale. */
const SEARCH_EVERY_MS = 5_000;
/** People with more events than this wait in a queue of their own: each event is read, about 100 ms for this many. */
const LONG_EVENTS = 50_000;
/** After one of them, the next in that queue waits this many times as long as it took. */
const LONG_REST = 10;
/** Characters of a visitor's property values that the search index covers. */
const MAX_SEARCH_CHARS = 8_192;
/** Half of a surrogate pair at the end, which truncation may leave and Postgres rejects in JSON. */
const HALF_A_CHARACTER = /[\ud800-\udbff]$/;

/** Computes the facts of these people of a project now, one batch per transaction. Resolves when all are written. */
export async function refreshFacts(
  db: Pool,
  projectId: string,
  people: Iterable<number>,
  now = Date.now(),
): Promise<void> {
  for (const group of batchesOf(projectId, people)) await refreshBatch(db, projectId, group.people, now);
}

/**
 * Computes people together, except for those set aside, who are retried one by one when their pause is over. People who
 * cannot be stored now are set aside with the reason and do not affect the others.
 */
async function refreshBatch(db: Pool, projectId: string, people: number[], now: number): Promise<void> {
  const aside = await setAsideAmong(db, projectId, "facts", people.map(String));
  const retried = people.filter((person) => (aside.get(String(person)) ?? Number.POSITIVE_INFINITY) <= now);
  const failed = new Set<number>();
  const putAside = (person: number, error: unknown) => {
    failed.add(person);
    logFault("facts: somebody could not be computed and is set aside", error);
    return setAside(db, projectId, "facts", String(person), describeFault(error), now);
  };
  const work = (some: readonly number[]) => refreshPeople(db, projectId, some, now);
  await isolating(
    people.filter((person) => !aside.has(String(person))),
    work,
    putAside,
  );
  for (const person of retried) await isolating([person], work, putAside);
  const recovered = retried.filter((person) => !failed.has(person));
  await clearAside(db, projectId, "facts", recovered.map(String));
}

async function refreshPeople(db: Pool, projectId: string, people: readonly number[], now: number): Promise<void> {
  const visitors = await visitorPropertiesOf(jobReader(projectId), splitNumbers(people).visitors);
  const documents = [...visitors].map(
    ([stream, props]): VisitorDocument => ({ person: visitorNumber(stream), props, searchText: searchText(props) }),
  );
  const team = await ownTeamFilter(jobReader(projectId), now);
  await transaction(db, async (tx) => {
    await planForAnyProject(tx, isDistributed(db));
    await lockFacts(tx, projectId);
    await writeFacts(tx, projectId, people, documents, now);
    await writePersonHistory(tx, projectId, people);
    await writeConsents(tx, projectId, people);
    const memberships = await membershipsAmong(tx, projectId, people, cleanAccountId);
    await markInternal(tx, projectId, people, {
      inSegments: team ? await membersAmong(tx, jobReader(projectId), team, people, now) : [],
      inAccounts: [...memberships].flatMap(([person, all]) =>
        all.filter(belongsNow).map(({ accountId }) => ({ person, accountId })),
      ),
    });
    await refreshStates(tx, projectId, people, now);
    await writeSignUps(tx, projectId, people, await signUpRule(tx, projectId), now);
    await writeMemberships(tx, projectId, people, memberships);
    await writeValues(tx, projectId, people);
  });
}

/** Whether they still belong to the account. */
const belongsNow = (one: Membership): boolean => endOfMembership(one) === Number.POSITIVE_INFINITY;

function searchText(props: JsonObject): string {
  return Object.values(props)
    .map((value) => (typeof value === "object" ? JSON.stringify(value) : String(value)))
    .join("\n")
    .toLowerCase()
    .slice(0, MAX_SEARCH_CHARS)
    .replace(HALF_A_CHARACTER, "");
}

/**
 * Refreshes everything stale, found by reading every person of a project once, with their states and the project's
 * sorted columns: for imports, tests and benchmarks.
 */
export async function refreshAllFacts(db: Pool, projectId: string, now = Date.now()): Promise<void> {
  for (const find of walkPasses(db, projectId, now)) {
    for (let from: number | null = Number.MIN_SAFE_INTEGER; from !== null; ) {
      const { stale, next }: WalkedPeople = await find(from, SEARCH_ROWS);
      await refreshFacts(db, projectId, stale, now);
      from = next;
    }
  }
  const accounts = createAccountMaintenance(db, (_, people) => refreshFacts(db, projectId, people, now), projectId);
  while (await accounts.step(now));
  await completeStates(db, projectId, now);
  await completeActiveCounts(db, projectId, now);
  await completeRisk(db, projectId, now);
  while (await sweepSignUps(db, projectId, now));
  while (await maintainColumns(db, now, projectId));
}

/**
 * Keeps profile_facts, person_events, person_days, profile_values and the tables of accounts a second or two behind the
 * engine. It computes people the engine reports at once, and finds the rest (after a crash, from another process, as
 * days pass) by walking over everybody, a few thousand rows every five seconds. Both together take at most the share of
 * time that createDutyMeter's meter allows. Each process computes the people whose events it stored; the leading one
 * also does the rest. Does not keep the process alive.
 */
export function startFacts(db: Pool = pool()): Running {
  const search = createStaleSearch(db);
  const staleBatches: FactsBatch[] = [];
  let searchedAt = 0;
  let isTending = false;
  const duty = createDutyMeter(markStaleCalls);
  const reported = new StaleTurns();
  let takenAt = Number.NEGATIVE_INFINITY;
  const takeReported = () => {
    const now = performance.now();
    if (now - takenAt < SETTLE_MS) return;
    takenAt = now;
    reported.add(takeStale());
  };
  /** Does one piece of work, then pauses according to the duty cycle. */
  const withPause = async <T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> => {
    const start = performance.now();
    const result = await work();
    const end = performance.now();
    takeReported(); // so that their time to settle passes during the pause
    await pause((end - start) * (1 / duty(end) - 1), signal);
    return result;
  };
  const longQueue = new Map<string, { projectId: string; person: number }>();
  let longDueAt = 0;
  const refreshShort = async (projectId: string, people: readonly number[]) => {
    const withLongHistory = await longHistories(db, projectId, people, LONG_EVENTS);
    for (const person of withLongHistory) longQueue.set(`${projectId} ${person}`, { projectId, person });
    const others = people.filter((person) => !withLongHistory.has(person));
    if (others.length > 0) await refreshBatch(db, projectId, others, Date.now());
  };
  const refresh = ({ projectId, people }: FactsBatch, signal: AbortSignal) =>
    withPause(() => refreshShort(projectId, people), signal);
  const accounts = createAccountMaintenance(db, refreshShort);
  let areAccountsBehind = false;
  /**
   * Computes one of the people with long histories, if it is time: they take turns, so that somebody's millions of
   * events delay only themselves.
   */
  const refreshLong = async () => {
    const [key, next] = longQueue.entries().next().value ?? [];
    const start = performance.now();
    if (key === undefined || !next || start < longDueAt) return;
    longQueue.delete(key);
    await refreshBatch(db, next.projectId, [next.person], Date.now());
    const end = performance.now();
    longDueAt = end + (end - start) * LONG_REST;
  };
  /** Also takes those reported meanwhile, so that a project with many people delays no other. */
  const refreshReported = async (signal: AbortSignal) => {
    const until = performance.now() + REPORTED_FOR_MS;
    while (!signal.aborted && performance.now() < until) {
      takeReported();
      const group = reported.next();
      if (!group) return;
      await refresh(group, signal);
    }
  };
  const work = async (signal: AbortSignal) => {
    await refreshReported(signal);
    if (!signal.aborted) await refreshLong();
    if (!isLeader()) {
      staleBatches.length = 0;
      [isTending, areAccountsBehind] = [false, false];
      return;
    }
    if (!signal.aborted) areAccountsBehind = await withPause(() => accounts.step(Date.now()), signal);
    await refreshReported(signal);
    const next = staleBatches.shift();
    if (next) return refresh(next, signal);
    if (isTending && !signal.aborted) {
      isTending = await withPause(() => maintainColumns(db, Date.now()), signal);
      return;
    }
    if (signal.aborted || Date.now() - searchedAt < SEARCH_EVERY_MS) return;
    searchedAt = Date.now();
    isTending = true;
    staleBatches.push(...(await withPause(() => search(searchedAt), signal)));
  };
  // After a failure the search finds the people of the failed batch again.
  const run = async (_now: number, signal: AbortSignal) => {
    await work(signal);
    const isBehind = !reported.isEmpty || staleBatches.length > 0 || isTending || areAccountsBehind;
    return new RunAgain(isBehind ? 0 : FLUSH_EVERY_MS);
  };
  return runJobs([{ name: "facts", run, everywhere: true }], FLUSH_EVERY_MS);
}
