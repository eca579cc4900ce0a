import { eraseAccountPeople, eraseFromAccounts, eraseFromSources, eraseMemberships } from "@/lib/accounts/erase.store";
import { eraseAlerts, eraseFromTriggers } from "@/lib/alerts/erase.store";
import type { Pool, Tx } from "@/lib/db/pool";
import { erasePeopleAside } from "@/lib/debugger/set-aside.store";
import { eraseIdentities, namesInSettings, type Tombstones } from "@/lib/identity/erase.store";
import { type ErasePlan, planErasure } from "@/lib/identity/erase-plan";
import type { LockedStream } from "@/lib/identity/locked-identities";
import { personRemover } from "@/lib/identity/person-remover";
import { eraseFromDescriptions } from "@/lib/ingest/store/events.store";
import { eraseStates } from "@/lib/lifecycle/states.store";
import { eraseNotes } from "@/lib/notes/notes.store";
import { daysOfActors, reopenDays } from "@/lib/overview/day-counts.store";
import { eraseProfiles } from "@/lib/profiles/profiles.store";
import { projectSettingsOf } from "@/lib/projects/clients.store";
import { eraseFromOwnTeam } from "@/lib/projects/own-team.store";
import type { ProjectSettings } from "@/lib/projects/settings";
import { addUsage } from "@/lib/projects/usage.store";
import { eraseRisk } from "@/lib/risk/erase.store";
import { eraseFromSegments, eraseListed } from "@/lib/segments/erase.store";
import { eraseSessions } from "@/lib/sessions/erase.store";

/**
 * Calls each feature's own erase for a planned and locked person; events are deleted later. `tombstones` null: their
 * ids may come back. Returns the erased ids, and the bytes of their property values.
 */
export async function eraseRows(
  tx: Tx,
  project: ProjectSettings,
  plan: ErasePlan,
  tombstones: Tombstones | null,
  now: number,
): Promise<{ ids: string[]; bytes: number }> {
  const named = await namesInSettings(tx, project.id, plan);
  await eraseNotes(tx, project.id, plan.ranges);
  const days = await daysOfActors(tx, project.id, [...plan.actorIds, ...plan.parts.map(({ stream }) => stream.id)]);
  await eraseSessions(tx, project.id, plan);
  const remover = personRemover(named);
  // Accounts before memberships, the order in which ingest locks them.
  const accounts = remover ? await eraseFromAccounts(tx, project.id, plan, remover) : [];
  if (remover) await eraseFromDescriptions(tx, project.id, accounts, remover);
  await eraseMemberships(tx, project.id, plan);
  // As late as possible: from here on a process that has not cached an erased id waits, with the ids its batch created.
  const erased = await eraseIdentities(tx, project, plan, tombstones);
  await eraseProfiles(tx, project.id, plan);
  // Under the lock of facts.
  await eraseListed(tx, project.id, plan.actorIds);
  await eraseAccountPeople(tx, project.id, plan);
  await eraseStates(tx, project.id, plan.people, now);
  await eraseAlerts(tx, project.id, plan);
  await eraseRisk(tx, project.id, plan.people);
  await eraseFromOwnTeam(tx, project.id, named);
  await eraseFromSources(tx, project.id, named);
  await erasePeopleAside(tx, project.id, plan.people);
  if (remover) await eraseFromSegments(tx, project.id, remover);
  if (remover) await eraseFromTriggers(tx, project.id, remover);
  await reopenDays(tx, project.id, days);
  return erased;
}

/**
 * Retention: removes visitors without any events left, with their devices. `streams`: locked and unowned. Leaves no
 * tombstones, so the device may come back as a new visitor.
 */
export async function eraseVisitors(
  db: Pool,
  tx: Tx,
  projectId: string,
  streams: Map<number, LockedStream>,
  now: number,
): Promise<void> {
  const project = streams.size > 0 ? await projectSettingsOf(tx, projectId) : null;
  if (!project) return;
  const plan = planErasure({ userIds: [], profileIds: [], streams }, "a", now);
  const { bytes } = await eraseRows(tx, project, plan, null, now);
  await addUsage(db, tx, project.id, { devices: -streams.size, values: -bytes });
}
