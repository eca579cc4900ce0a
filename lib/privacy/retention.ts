import type { Sql } from "sql-template-tag";
import { retainEvidence } from "@/lib/accounts/retained-evidence.store";
import { eraseEventAlerts } from "@/lib/alerts/erase.store";
import { type Pool, type Tx, transaction } from "@/lib/db/pool";
import { retrying } from "@/lib/db/retry";
import { utcDays } from "@/lib/format/time";
import { resetEmptySpans } from "@/lib/identity/empty-spans.store";
import { planErasure } from "@/lib/identity/erase.store";
import { inLockOrder, lockStreams } from "@/lib/identity/identities.store";
import type { LockedStream } from "@/lib/identity/locked-identities";
import { forgetIdentities } from "@/lib/identity/resolve.store";
import { type DeletedEvent, deleteEvents } from "@/lib/ingest/store/event-deletion.store";
import { cleanAccountId } from "@/lib/ingest/values/clean";
import { daysOfSessions, reopenDays } from "@/lib/overview/day-counts.store";
import { markOutdated } from "@/lib/profiles/facts/facts.store";
import { markStale } from "@/lib/profiles/facts/stale-people";
import { projectSettingsOf } from "@/lib/projects/clients.store";
import { namedPerson } from "@/lib/projects/erase.store";
import { type RetentionLimits, retentionCutoff, retentionLimitsOf, shortestOf } from "@/lib/projects/retention";
import type { RetentionSettings } from "@/lib/projects/settings";
import { addUsage } from "@/lib/projects/usage.store";
import { rebuildSessionsOf } from "@/lib/sessions/erase.store";
import { eraseRows } from "./erase";
import {
  expiredByActor,
  expiredByName,
  expiredOfNobody,
  identitiesAfter,
  queueSessions,
  selectedIds,
  streamsWithEvents,
  takeSessions,
  type VisitorCursor,
  visitorsSeenBefore,
} from "./expired-events.store";
import {
  lockRun,
  projectsWithRetention,
  type RetentionProject,
  type RetentionRun,
  writeRun,
} from "./retention-runs.store";

/** Events per step: about 50 ms, so that it never blocks a writer for long. */
const CHUNK_EVENTS = 2_000;
/** Ids and visitors that one step checks, and sessions that it rebuilds. */
const CHUNK_IDS = 500;
const CHUNK_SESSIONS = 200;
const CHUNK_VISITORS = 200;

/** A step's result: the position at which its phase continues, if it does. */
type Step = { cursor: string | null; events?: number; visitors?: number };
type Work = { db: Pool; tx: Tx; projectId: string; limits: RetentionLimits; now: number; cursor: string | null };

export type RetentionProgress = "more" | "idle";

/** The rule of a run: these limits on this UTC day. */
const ruleOf = (settings: RetentionSettings, now: number): string => {
  const { all, byEvent } = retentionLimitsOf(settings);
  return JSON.stringify([retentionCutoff(0, now), all, [...byEvent]]);
};

/** Projects with work: no run by these limits has begun today, or it is not finished. */
export async function projectsDue(db: Pool, now: number): Promise<Pick<RetentionProject, "projectId" | "settings">[]> {
  const all = await projectsWithRetention(db);
  return all.filter(({ settings, doneRule }) => doneRule !== ruleOf(settings, now));
}

/**
 * Takes one step of a project's retention (docs/decisions/0089-retention.md): a chunk in one transaction. Each run
 * applies the limits of one UTC day. After an interruption the next call resumes; only one of several processes takes
 * the step.
 */
export async function retentionStep(
  db: Pool,
  projectId: string,
  settings: RetentionSettings,
  now: number,
): Promise<RetentionProgress> {
  const limits = retentionLimitsOf(settings);
  const rule = ruleOf(settings, now);
  return retrying(() =>
    transaction(db, async (tx) => {
      const run = await lockRun(tx, projectId, rule, now);
      if (!run || run.phase === "done") return "idle";
      const { phase } = run;
      const step = await STEPS[phase]({ db, tx, projectId, limits, now, cursor: run.cursor });
      const next: RetentionRun = {
        ...run,
        events: run.events + (step.events ?? 0),
        visitors: run.visitors + (step.visitors ?? 0),
        cursor: step.cursor,
        phase: step.cursor === null ? NEXT[phase] : phase,
      };
      if (next.phase === "done") next.finishedAt = now;
      await writeRun(tx, projectId, next);
      return next.phase === "done" ? "idle" : "more";
    }),
  );
}

/** Runs to completion, for tests. */
export async function applyRetention(
  db: Pool,
  projectId: string,
  settings: RetentionSettings,
  now: number,
): Promise<void> {
  while ((await retentionStep(db, projectId, settings, now)) === "more");
}

const NEXT = { names: "everything", everything: "sessions", sessions: "visitors", visitors: "done" } as const;

const STEPS: Record<keyof typeof NEXT, (work: Work) => Promise<Step>> = {
  names: stepOfNames,
  everything: stepOfEverything,
  sessions: stepOfSessions,
  visitors: stepOfVisitors,
};

/** Events with their own limit, name by name; the cursor is the name. */
async function stepOfNames({ tx, projectId, limits, now, cursor }: Work): Promise<Step> {
  const names = [...limits.byEvent.keys()].sort();
  const name = names.find((each) => cursor === null || each >= cursor);
  if (name === undefined) return { cursor: null };
  const days = limits.byEvent.get(name) ?? null;
  const deleted =
    days === null
      ? []
      : await deleteChunk(tx, projectId, expiredByName(projectId, name, retentionCutoff(days, now), CHUNK_EVENTS));
  const events = deleted.length;
  const next = events === CHUNK_EVENTS ? name : names.find((each) => each > name);
  return { cursor: next ?? null, events };
}

/** The position of the walk over everything; `from` (ms): among the events without a person, which come first. */
type EverythingCursor = { from: number } | { after: number };

/**
 * Everything else, id by id. The cursor moves past rows that a name's own limit keeps, so that steps do not read them
 * again, except for those of the last person of a full chunk.
 */
async function stepOfEverything({ tx, projectId, limits, now, cursor }: Work): Promise<Step> {
  if (limits.all === null) return { cursor: null };
  const before = retentionCutoff(limits.all, now);
  const expired = { before, except: [...limits.byEvent.keys()], limit: CHUNK_EVENTS };
  const at: EverythingCursor =
    cursor === null ? { from: Number.NEGATIVE_INFINITY } : (JSON.parse(cursor) as EverythingCursor);
  const next = (to: EverythingCursor): string => JSON.stringify(to);
  if ("from" in at) {
    const deleted = await deleteChunk(tx, projectId, expiredOfNobody(projectId, at.from, expired));
    const isFull = deleted.length === CHUNK_EVENTS;
    return { cursor: next(isFull ? { from: maxOf(deleted, ({ ts }) => ts) } : { after: 0 }), events: deleted.length };
  }
  const ids = await identitiesAfter(tx, projectId, at.after, CHUNK_IDS);
  const deleted = await deleteChunk(tx, projectId, expiredByActor(projectId, ids, expired));
  const isFull = deleted.length === CHUNK_EVENTS;
  const last = isFull ? maxOf(deleted, ({ actorId }) => actorId ?? 0) : (ids.at(-1) ?? 0);
  if (isFull) return { cursor: next({ after: last - 1 }), events: deleted.length };
  return { cursor: ids.length < CHUNK_IDS ? null : next({ after: last }), events: deleted.length };
}

const maxOf = <T>(all: readonly T[], of: (one: T) => number): number =>
  all.reduce((max, one) => Math.max(max, of(one)), 0);

/**
 * Deletes a chunk with the messages about its events, but keeps its evidence of memberships. Marks its people for
 * recomputation; the marks survive a crash.
 */
async function deleteChunk(tx: Tx, projectId: string, selection: Sql): Promise<DeletedEvent[]> {
  const ids = await selectedIds(tx, selection);
  if (ids.length === 0) return [];
  await retainEvidence(tx, projectId, ids, cleanAccountId);
  const deleted = await deleteEvents(tx, projectId, ids);
  await eraseEventAlerts(tx, projectId, deleted);
  const actorIds = inLockOrder(deleted.map(({ actorId }) => actorId));
  if (deleted.length > 0) await queueSessions(tx, projectId, deleted);
  if (actorIds.length > 0) markStale(projectId, await markOutdated(tx, projectId, actorIds));
  await reopenDays(tx, projectId, utcDays(deleted));
  return deleted;
}

/** Rebuilds sessions that lost events from the remaining ones, each once. */
async function stepOfSessions({ tx, projectId }: Work): Promise<Step> {
  const sessions = await takeSessions(tx, projectId, CHUNK_SESSIONS);
  const ids = sessions.map(({ sessionId }) => sessionId);
  const days = await daysOfSessions(tx, projectId, ids);
  await rebuildSessionsOf(tx, projectId, sessions);
  if (sessions.length > 0)
    markStale(projectId, await markOutdated(tx, projectId, inLockOrder(sessions.map(({ actorId }) => actorId))));
  await reopenDays(tx, projectId, days);
  return { cursor: sessions.length < CHUNK_SESSIONS ? null : "more" };
}

/** Deletes visitors without any events left. */
async function stepOfVisitors({ db, tx, projectId, limits, now, cursor }: Work): Promise<Step> {
  const days = shortestOf(limits);
  if (days === null) return { cursor: null };
  const after = cursor === null ? null : (JSON.parse(cursor) as VisitorCursor);
  const found = await visitorsSeenBefore(tx, projectId, retentionCutoff(days, now), after, CHUNK_VISITORS);
  const ids = inLockOrder(found.map(({ streamId }) => streamId));
  const streams = await lockStreams(tx, projectId, ids);
  const withEvents = await streamsWithEvents(tx, projectId, ids);
  // Streams on which users were seen are kept for the rules about shared devices. An owner was seen, too: that no span
  // has one is checked again because this deletes people's events.
  const visitors = [...streams.values()].filter(
    ({ id, spans, seenUsers }) =>
      seenUsers.length === 0 && !withEvents.has(id) && spans.every(({ owner }) => owner === null),
  );
  await eraseVisitors(db, tx, projectId, new Map(visitors.map((stream) => [stream.id, stream])), now);
  if (visitors.length > 0) forgetIdentities(db);
  const emptied = await resetEmptySpans(tx, projectId, ids);
  // Unmarked, the facts of these visitors would go only when the facts job walks over everybody.
  if (emptied.length > 0) markStale(projectId, await markOutdated(tx, projectId, emptied));
  const last = found.at(-1);
  return { cursor: found.length < CHUNK_VISITORS || !last ? null : JSON.stringify(last), visitors: visitors.length };
}

/**
 * Removes visitors without any events left, with their devices. `streams`: locked and unowned. Leaves no tombstones, so
 * the device may come back as a new visitor.
 */
async function eraseVisitors(
  db: Pool,
  tx: Tx,
  projectId: string,
  streams: Map<number, LockedStream>,
  now: number,
): Promise<void> {
  const project = streams.size > 0 ? await projectSettingsOf(tx, projectId) : null;
  if (!project) return;
  const plan = planErasure({ userIds: [], profileIds: [], streams }, "a", now);
  const { bytes } = await eraseRows(tx, project, plan, namedPerson([], []), null, now);
  await addUsage(db, tx, project.id, { devices: -streams.size, values: -bytes });
}
