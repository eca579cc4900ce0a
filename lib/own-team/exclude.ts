import { actorsOf } from "@/lib/accounts/actors.queries";
import { lockAccounts } from "@/lib/accounts/corrections.store";
import {
  isOwnTeamApplied,
  queueAccounts,
  queuePeople,
  recordOwnTeamApplied,
} from "@/lib/accounts/recompute-queue.store";
import { pool, transaction } from "@/lib/db/pool";
import { retrying } from "@/lib/db/retry";
import { AppError } from "@/lib/errors";
import { lockPersons } from "@/lib/identity/identities.store";
import { requirePerson, unknownPerson } from "@/lib/identity/person.queries";
import { personNumber } from "@/lib/identity/person-ref";
import { requireAccount, requireUnerased } from "@/lib/ingest/corrections/accounts";
import { getProfile } from "@/lib/profiles/person/person.queries";
import { namedPerson } from "@/lib/projects/erase.store";
import { changeOwnTeam } from "@/lib/projects/own-team.store";
import type { Scope } from "@/lib/scope";

/**
 * Excludes a user from every count, or includes them again, by the settings' list of people. Recomputes only them, at
 * the facts job's next run. Throws not_found, and unprocessable for visitors, whom settings cannot list.
 */
export async function setPersonExcluded(scope: Scope<"manage">, ref: string, isOut: boolean): Promise<void> {
  const person = await requirePerson(scope, ref);
  const profile = await getProfile(scope, ref);
  const [id] = profile?.userIds ?? [];
  if (!profile || id === undefined)
    throw new AppError("unprocessable", "Only a user with an id can be left out. Leave visitors out by a property.");
  const named = namedPerson(profile.userIds, [profile.email]);
  await retrying(() =>
    transaction(pool(), async (tx) => {
      const { userIds } = await actorsOf(tx, scope, person);
      // Erased while this waited for the locks: the settings must not store their id again.
      if (userIds.length === 0) throw unknownPerson();
      await lockPersons(tx, scope.projectId, userIds);
      const isApplied = await isOwnTeamApplied(tx, scope.projectId);
      await changeOwnTeam(tx, scope, "people", { add: isOut ? [id] : [], remove: named });
      if (isApplied) await recordOwnTeamApplied(tx, scope.projectId);
      await queuePeople(tx, scope.projectId, [personNumber(person)]);
    }),
  );
}

/**
 * Excludes an account and everybody in it from every count, or includes them again. Recomputes only them. Throws
 * not_found.
 */
export async function setAccountExcluded(scope: Scope<"manage">, id: string, isOut: boolean): Promise<void> {
  const { canonical, ids: known } = await requireAccount(scope, id);
  await transaction(pool(), async (tx) => {
    const ids = await lockAccounts(tx, scope.projectId, known);
    await requireUnerased(tx, scope.projectId, id);
    const isApplied = await isOwnTeamApplied(tx, scope.projectId);
    await changeOwnTeam(tx, scope, "accounts", { add: isOut ? [canonical] : [], remove: { ids, addresses: [] } });
    if (isApplied) await recordOwnTeamApplied(tx, scope.projectId);
    await queueAccounts(tx, scope.projectId, [canonical]);
  });
}

/** Excludes a segment's members from every count, or includes them again. Recomputes everybody. */
export async function setSegmentExcluded(scope: Scope<"manage">, segmentId: string, isOut: boolean): Promise<void> {
  const change = { add: isOut ? [segmentId] : [], remove: { ids: [segmentId], addresses: [] } };
  await transaction(pool(), (tx) => changeOwnTeam(tx, scope, "segments", change));
}
