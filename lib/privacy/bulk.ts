import type { Sql } from "sql-template-tag";
import { recordAccess } from "@/lib/access-log/access-log.store";
import { pool, transaction } from "@/lib/db/pool";
import { AppError } from "@/lib/errors";
import { isDataFault } from "@/lib/faults/data-fault";
import { logFault } from "@/lib/faults/log";
import { formatCount, pluralCount } from "@/lib/format/number";
import { eraseTargetOf, identitiesOfRefs } from "@/lib/identity/person.queries";
import { refOf } from "@/lib/identity/person-ref";
import { newId } from "@/lib/ids";
import { readSelection } from "@/lib/profiles/list/list.queries";
import type { ListProfilesOptions } from "@/lib/profiles/types";
import { projectSettingsOf } from "@/lib/projects/clients.store";
import type { ProjectSettings } from "@/lib/projects/settings";
import { completeJob, enqueue, viaPool } from "@/lib/queue/queue.store";
import { jobReader, type Scope } from "@/lib/scope";
import { type BulkErasure, chosenIds, countChosenPeople, getBulk, idsOfList, MAX_PEOPLE } from "./bulk.queries";
import {
  finishBulk,
  insertBulk,
  nextPersonOfBulk,
  recordBulkFailure,
  removePersonOfBulk,
  reopenBulk,
  stopBulk,
} from "./bulk.store";
import { eraseTarget } from "./erase";
import { erasedAmong } from "./erasures.queries";

/** How long a queued job works before leaving the rest to the next one, in ms. */
const SLICE_MS = 20_000;

/** The people to erase: everybody on a list, or those with these refs. */
export type ChosenPeople =
  | { list: Pick<ListProfilesOptions, "tab" | "identified" | "windowDays" | "filter" | "withInternal" | "search"> }
  | { refs: readonly string[] };

/** The result for each ref of a request. `erasedAt` (ms): it had already been erased. */
export type RefState = { ref: string; state: "queued" | "erased" | "unknown"; erasedAt: number | null };

type Resolved = { ids: Sql; answers: RefState[] };

async function resolve(scope: Scope<"erase">, people: ChosenPeople): Promise<Resolved> {
  if ("list" in people) {
    return { ids: idsOfList(scope, await readSelection(scope, people.list)), answers: [] };
  }
  const found = await identitiesOfRefs(pool(), scope.projectId, people.refs);
  const erasedBefore = await erasedAmong(
    scope,
    people.refs.filter((_, index) => found[index] === null),
  );
  const answers = people.refs.map((ref, index): RefState => {
    if (found[index] !== null) return { ref, state: "queued", erasedAt: null };
    const erasedAt = erasedBefore.get(ref) ?? null;
    return { ref, state: erasedAt === null ? "unknown" : "erased", erasedAt };
  });
  const identityIds = found.filter((id) => id !== null);
  return { ids: chosenIds(scope, identityIds), answers };
}

/** How many people would be erased. Throws `unprocessable` if they are too many for one erasure. */
export async function previewBulk(
  scope: Scope<"erase">,
  choice: ChosenPeople,
): Promise<{ people: number; answers: RefState[] }> {
  const { ids, answers } = await resolve(scope, choice);
  return { people: requireAllowed(await countChosenPeople(pool(), ids)), answers };
}

function requireAllowed(people: number): number {
  if (people <= MAX_PEOPLE) return people;
  throw new AppError(
    "unprocessable",
    `At most ${formatCount(MAX_PEOPLE)} people can be erased at once. Narrow the list.`,
  );
}

export type BulkOptions = {
  /** Repeating a request with the same id does not start another. */
  id: string;
  suppress: boolean;
  /** The number of people that was confirmed; null: any number. */
  expected: number | null;
  now: number;
};

/**
 * Starts to erase people one by one, in the background, each exactly like `eraseByRef`. Throws `conflict` if their
 * number is no longer the expected one.
 */
export async function startBulk(
  scope: Scope<"erase">,
  people: ChosenPeople,
  { id, suppress, expected, now }: BulkOptions,
): Promise<{ bulk: BulkErasure; answers: RefState[] }> {
  const { projectId, actor } = scope;
  const { ids, answers } = await resolve(scope, people);
  const isNew = await transaction(pool(), async (tx) => {
    const request = { id, requestedBy: actor, requestedAt: now, suppress };
    const found = await insertBulk(tx, projectId, request, ids);
    if (found === null) return false;
    requireAllowed(found);
    if (expected !== null && found !== expected) {
      throw new AppError("conflict", `The list has ${pluralCount(found, "user")} now. Check it again before erasing.`);
    }
    if (found === 0) await finishBulk(tx, projectId, id, now);
    else await enqueueSlice(projectId, id, viaPool(tx));
    return true;
  });
  if (isNew) recordAccess({ projectId, actor, at: now, act: "erase_people" });
  const bulk = await getBulk(scope, id);
  if (!bulk) throw new Error("a bulk erasure is gone");
  return { bulk, answers };
}

const enqueueSlice = (projectId: string, bulkId: string, db: Parameters<typeof enqueue>[0]): Promise<void> =>
  enqueue(db, "bulk-erasure", { id: newId(), data: { projectId, bulkId } });

/** Stops a bulk erasure; people who are already erased stay erased. Throws not_found. */
export async function stopBulkErasure({ projectId }: Scope<"erase">, bulkId: string, now: number): Promise<void> {
  if (!(await transaction(pool(), (tx) => stopBulk(tx, projectId, bulkId, now)))) throw unknownBulk();
}

/** Retries the people who could not be erased. Throws not_found. */
export async function retryBulk({ projectId }: Scope<"erase">, bulkId: string): Promise<void> {
  await transaction(pool(), async (tx) => {
    if (!(await reopenBulk(tx, projectId, bulkId))) throw unknownBulk();
    await enqueueSlice(projectId, bulkId, viaPool(tx));
  });
}

const unknownBulk = () => new AppError("not_found", "There is no such erasure, or nobody is left to erase.");

/** The bulk erasure with this id. Throws not_found. */
export async function requireBulk(scope: Scope, id: string): Promise<BulkErasure> {
  const bulk = await getBulk(scope, id);
  if (!bulk) throw new AppError("not_found", "There is no bulk erasure with this id.");
  return bulk;
}

/**
 * Works on a bulk erasure for some seconds, then ends the job and queues the next one if anybody is left. A killed
 * process loses nothing: each person is removed from the list in the transaction that erases them.
 */
export async function workOnBulk(
  job: { id: string; data: Record<string, unknown> },
  signal: AbortSignal,
  sliceMs = SLICE_MS,
): Promise<void> {
  const [projectId, bulkId] = [String(job.data.projectId), String(job.data.bulkId)];
  const bulk = await getBulk({ projectId }, bulkId);
  const project = bulk && (await projectSettingsOf(pool(), projectId));
  const until = performance.now() + sliceMs;
  let hasMore = bulk !== null && project !== null && bulk.finishedAt === null;
  // Each job erases at least one person, however long that takes.
  while (bulk && project && hasMore) {
    hasMore = await eraseNext(project, bulk);
    if (performance.now() >= until || signal.aborted) break;
  }
  await transaction(pool(), async (tx) => {
    if (bulk && project && !hasMore) await finishBulk(tx, projectId, bulkId, Date.now());
    if (hasMore) await enqueueSlice(projectId, bulkId, viaPool(tx));
    await completeJob(viaPool(tx), "bulk-erasure", job.id);
  });
}

/** Erases the next person of a bulk erasure; false: nobody is left. */
async function eraseNext(
  project: ProjectSettings,
  { id: bulkId, requestedBy, suppress }: BulkErasure,
): Promise<boolean> {
  const person = await nextPersonOfBulk(pool(), project.id, bulkId);
  if (!person) return false;
  const { identityId, kind, extId } = person;
  try {
    if (kind === null || extId === null) throw new AppError("not_found", "gone");
    const target = await eraseTargetOf(jobReader(project.id), refOf(kind, extId));
    // A visitor who has logged in since is now a user, whom nobody selected.
    if (target.kind !== kind) throw new AppError("not_found", "no visitor any more");
    const bulk = {
      id: bulkId,
      onErased: (tx: Parameters<typeof removePersonOfBulk>[0]) =>
        removePersonOfBulk(tx, project.id, bulkId, identityId),
    };
    await eraseTarget(project, target, { dryRun: false, suppress, requestedBy, now: Date.now(), bulk });
  } catch (error) {
    // Includes people erased meanwhile, alone or merged with somebody else on the list.
    if (error instanceof AppError && error.code === "not_found")
      await removePersonOfBulk(pool(), project.id, bulkId, identityId);
    else if (isDataFault(error)) {
      logFault("a bulk erasure could not erase somebody and continues with the others", error);
      await recordBulkFailure(pool(), project.id, bulkId, identityId);
    } else throw error;
  }
  return true;
}
