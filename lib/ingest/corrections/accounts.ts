import { recordAccess } from "@/lib/access-log/access-log.store";
import { actorsOf } from "@/lib/accounts/actors.queries";
import {
  findAccount,
  lockAccounts,
  type MergedAccount,
  regroupAccounts,
  writeAccountAlias,
  writeUnassignment,
} from "@/lib/accounts/corrections.store";
import { eraseAccounts, eraseMembershipsOf } from "@/lib/accounts/erase.store";
import { writeAccountFacts } from "@/lib/accounts/facts.store";
import { smallAccounts } from "@/lib/accounts/recompute-queue.queries";
import { queueAccounts, queuePeople } from "@/lib/accounts/recompute-queue.store";
import { eraseAccountAlerts, holdSweeps } from "@/lib/alerts/erase.store";
import { pool, type Tx, transaction } from "@/lib/db/pool";
import { retrying } from "@/lib/db/retry";
import { timestamp } from "@/lib/db/statement";
import { eraseAccountsAside } from "@/lib/debugger/set-aside.store";
import { AppError } from "@/lib/errors";
import type { Operation } from "@/lib/events/operation";
import { isStorable } from "@/lib/format/storable";
import { lockPersons, lockStreams } from "@/lib/identity/identities.store";
import { requirePerson, unknownPerson } from "@/lib/identity/person.queries";
import { personNumber } from "@/lib/identity/person-ref";
import { newId } from "@/lib/ids";
import { privacyRulesOf, removeDenied } from "@/lib/ingest/privacy/rules";
import { applyBatch } from "@/lib/ingest/store/engine";
import { eraseDescriptions } from "@/lib/ingest/store/erase.store";
import { cleanProperties } from "@/lib/ingest/values/clean";
import { MessageFault } from "@/lib/ingest/values/message-fault";
import type { JsonObject } from "@/lib/json";
import { eraseAccountStates } from "@/lib/lifecycle/states.store";
import { eraseAccountNotes } from "@/lib/notes/erase.store";
import { lockFacts } from "@/lib/profiles/profiles.store";
import { requireProjectSettings } from "@/lib/projects/clients.store";
import { eraseAccountsFromOwnTeam } from "@/lib/projects/erase.store";
import type { ProjectSettings } from "@/lib/projects/settings";
import { withoutStandIns, withStandIns } from "@/lib/reading/stand-ins";
import { eraseAccountRisk } from "@/lib/risk/erase.store";
import type { Scope } from "@/lib/scope";

/** Ids that can be merged into one account. */
export const MAX_IDS_PER_ACCOUNT = 100;

/** Changes to an account that a member or the customer's server makes. All of them can be undone, except erasing it. */
export type AccountChanges = {
  /** null removes the name. */
  name?: string | null;
  type?: string | null;
  /** By dotted path; null removes a property. */
  properties?: JsonObject;
};

export const unknownAccount = (field = "id"): AppError =>
  new AppError("not_found", "There is no such account in this project.", { field });

/** The account of an id as this scope is shown it. Throws not_found. */
export async function requireAccount(scope: Scope, id: string, field?: string): Promise<MergedAccount> {
  const account = isStorable(id) ? await findAccount(pool(), scope.projectId, withoutStandIns(scope, id)) : null;
  if (!account) throw unknownAccount(field);
  return account;
}

/** The id by which `reading(scope)` finds the account, also one merged into another. Throws not_found. */
export const requireAccountId = async (scope: Scope, id: string): Promise<string> =>
  withStandIns(scope, (await requireAccount(scope, id)).canonical);

/** Call it under the account's lock, as an erasure may have held it before. */
export async function requireUnerased(tx: Tx, projectId: string, id: string, field?: string): Promise<void> {
  if (!(await findAccount(tx, projectId, id))) throw unknownAccount(field);
}

/**
 * Sets and removes properties of an account, as a `group` message sent now would (docs/accounts.md M7). Throws
 * not_found, or unprocessable if a limit or a privacy rule would leave something out.
 */
export async function changeAccount(
  scope: Scope<"edit">,
  id: string,
  changes: AccountChanges,
  now = Date.now(),
): Promise<void> {
  const { canonical } = await requireAccount(scope, id);
  const settings = await requireProjectSettings(scope);
  const properties = cleanOrThrow(settings, changes.properties ?? {});
  const [outcome] = await applyBatch(pool(), settings, [groupOperation(canonical, { ...changes, properties }, now)]);
  if (outcome?.status === "rejected")
    throw new AppError("unprocessable", outcome.reason?.message ?? "This cannot be stored.");
  const refused = outcome?.warnings.find((warning) => warning.startsWith("property not kept"));
  if (refused) throw new AppError("unprocessable", refused, { field: "properties" });
  await refreshLists(scope, [canonical], now);
}

/** Accounts with at most this many people are recomputed before the response, in about 10 ms; others by the job. */
const MAX_AT_ONCE = 5_000;

/** Updates lists at once, instead of a second or two later by the background job. */
async function refreshLists(scope: Scope, ids: readonly string[], now: number): Promise<void> {
  const { projectId } = scope;
  const small = await smallAccounts(pool(), projectId, ids, MAX_AT_ONCE);
  if (small.length === 0) return;
  await transaction(pool(), async (tx) => {
    await lockFacts(tx, projectId);
    await writeAccountFacts(tx, projectId, small, now);
  });
}

/** Properties as ingest would store them; throws if ingest would leave one out, naming it. */
function cleanOrThrow(settings: ProjectSettings, sent: JsonObject): JsonObject {
  const warnings: string[] = [];
  try {
    const properties = cleanProperties(sent, "properties");
    removeDenied(properties, privacyRulesOf(settings.privacy), warnings);
    if (warnings[0] === undefined) return properties;
  } catch (error) {
    if (!(error instanceof MessageFault)) throw error;
    warnings.push(error.message);
  }
  throw new AppError("unprocessable", warnings[0] as string, { field: "properties" });
}

/** The operation that stores a change by a member or server; it has no person or device and is not activity. */
function groupOperation(id: string, { name, type, properties = {} }: AccountChanges, now: number): Operation {
  return {
    id: newId(),
    ts: now,
    receivedAt: now,
    kind: "group",
    name: "group",
    user: null,
    anon: null,
    streamClass: "sdk",
    sessionId: null,
    claim: false,
    active: false,
    context: {},
    revenue: null,
    groups: [id],
    properties: {
      ...(type === undefined ? {} : { type }),
      ...(name === undefined ? {} : { name }),
      properties,
    },
    changes: [],
    alias: null,
    warnings: [],
  };
}

/** The person, the account they leave, and when they left (ms; now if absent). */
export type UnassignInput = { ref: string; accountId: string; until?: number };

/** Ends a person's membership of an account (docs/accounts.md M4). Throws not_found if either is unknown. */
export const unassignPerson = (scope: Scope<"edit">, input: UnassignInput, now = Date.now()): Promise<void> =>
  setUnassigned(scope, input, true, now);

/** Undoes `unassignPerson`. */
export const reassignPerson = (scope: Scope<"edit">, input: UnassignInput, now = Date.now()): Promise<void> =>
  setUnassigned(scope, input, false, now);

async function setUnassigned(
  scope: Scope<"edit">,
  { ref, accountId: shownId, until }: UnassignInput,
  isOn: boolean,
  now: number,
): Promise<void> {
  const { projectId } = scope;
  const accountId = withoutStandIns(scope, shownId);
  const person = await requirePerson(scope, ref);
  await requireAccount(scope, shownId, "accountId");
  await retrying(() =>
    transaction(pool(), async (tx) => {
      const { userIds, streamIds } = await actorsOf(tx, scope, person);
      if (userIds.length + streamIds.length === 0) throw unknownPerson();
      await lockStreams(tx, projectId, streamIds);
      if (userIds.length > 0) await lockPersons(tx, projectId, userIds);
      const accountIds = await lockAccounts(tx, projectId, [accountId]);
      await requireUnerased(tx, projectId, accountId, "accountId");
      const stamp = { ts: now, opId: newId(), madeBy: scope.actor };
      const departure = { isOn, until: Math.min(until ?? now, now) };
      await writeUnassignment(tx, projectId, { accountIds, userIds, streamIds }, departure, stamp);
      await queuePeople(tx, projectId, [personNumber(person)]);
    }),
  );
}

/**
 * Merges two accounts, or separates them again (docs/accounts.md M8). Throws not_found, and conflict if the merged
 * account would have too many ids.
 */
export async function changeAccountMerge(
  scope: Scope<"edit">,
  shown: readonly [string, string],
  isOn: boolean,
  now = Date.now(),
): Promise<void> {
  const { projectId } = scope;
  await requireAccount(scope, shown[0]);
  await requireAccount(scope, shown[1], "accountId");
  const pair = withoutStandIns(scope, shown);
  if (pair[0] === pair[1])
    throw new AppError("bad_request", "An account cannot be merged with itself. Choose another one.", {
      field: "accountId",
    });
  const stamp = { ts: now, opId: newId(), madeBy: scope.actor };
  const ids = await retrying(() => transaction(pool(), (tx) => mergeInTx(tx, projectId, pair, isOn, stamp)));
  await refreshLists(scope, ids, now);
}

async function mergeInTx(
  tx: Tx,
  projectId: string,
  pair: readonly [string, string],
  isOn: boolean,
  stamp: { ts: number; opId: string; madeBy: string },
): Promise<string[]> {
  const ids = await lockAccounts(tx, projectId, pair);
  if (isOn && ids.length > MAX_IDS_PER_ACCOUNT)
    throw new AppError("conflict", `An account can have at most ${MAX_IDS_PER_ACCOUNT} ids.`, { field: "accountId" });
  await requireUnerased(tx, projectId, pair[0]);
  await requireUnerased(tx, projectId, pair[1], "accountId");
  if (!(await writeAccountAlias(tx, projectId, pair, isOn, stamp))) return [];
  const before = await regroupAccounts(tx, projectId, ids);
  const changed = [...new Set([...before, ...ids])];
  await queueAccounts(tx, projectId, changed);
  return changed;
}

/**
 * Erases an account with all ids merged into it (docs/accounts.md M9): deletes its properties and its rows in lists at
 * once; operations from before now are ignored whenever they arrive. Its people stay.
 */
export async function eraseAccount(scope: Scope<"erase">, id: string, now = Date.now()): Promise<void> {
  const { ids } = await requireAccount(scope, id);
  await retrying(() =>
    transaction(pool(), async (tx) => {
      await holdSweeps(tx, scope.projectId);
      const all = await lockAccounts(tx, scope.projectId, ids);
      await eraseMembershipsOf(tx, scope.projectId, all);
      // Keeps a job that has already read the accounts from writing them again.
      await lockFacts(tx, scope.projectId);
      await eraseAccounts(tx, scope.projectId, all, timestamp(now) as string);
      await eraseDescriptions(tx, scope.projectId, all, timestamp(now) as string);
      await eraseAccountNotes(tx, scope.projectId, all);
      await eraseAccountStates(tx, scope.projectId, all, now);
      await eraseAccountRisk(tx, scope.projectId, all);
      await eraseAccountAlerts(tx, scope.projectId, all);
      await eraseAccountsAside(tx, scope.projectId, all);
      await eraseAccountsFromOwnTeam(tx, scope.projectId, all);
    }),
  );
  const { projectId, actor } = scope;
  recordAccess({ projectId, actor, at: now, act: "erase_account", account: id });
}
