import type { z } from "zod";
import { accountSummary } from "@/lib/accounts/list/list.queries";
import { MEMBERSHIP_REASONS } from "@/lib/accounts/memberships";
import type { AccountPerson } from "@/lib/accounts/page/people.queries";
import { ACCOUNT_SORTS, type AccountSort, type AccountSummary } from "@/lib/accounts/types";
import { AppError } from "@/lib/errors";
import {
  changeAccount,
  changeAccountMerge,
  eraseAccount,
  reassignPerson,
  requireAccountId,
  unassignPerson,
} from "@/lib/ingest/corrections/accounts";
import type { JsonObject } from "@/lib/json";
import { STATES } from "@/lib/lifecycle/states";
import { requireServer } from "@/lib/projects/clients";
import type { Scope } from "@/lib/scope";
import {
  accountChangesSchema,
  type accountPersonSchema,
  type accountSchema,
  type accountsSchema,
  leavingBodySchema,
  mergeBodySchema,
} from "./account-schemas";
import { parseBody } from "./parse";

const isoOrNull = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/** An account in the API's terms: every field by name, like all of present.ts. */
export function presentAccount(row: AccountSummary): z.infer<typeof accountSchema> {
  return {
    id: row.id,
    name: row.name,
    type: row.type,
    domain: row.domain,
    people: row.people,
    active7: row.active7,
    active30: row.active30,
    events30: row.events30,
    weekPeople: row.trend,
    featuresUsed: row.featuresUsed,
    firstSeen: isoOrNull(row.firstSeen),
    lastSeen: isoOrNull(row.lastSeen),
    revenue: row.revenue,
    health: row.health.state,
    healthReason: row.health.reason,
    state: STATES.find((state) => state === row.state) ?? null,
    risk: row.risk,
    isInternal: row.isInternal,
    properties: row.properties,
  };
}

export function presentAccountPerson(row: AccountPerson): z.infer<typeof accountPersonSchema> {
  return {
    ref: row.ref,
    name: row.name,
    reasons: MEMBERSHIP_REASONS.filter((reason) => row.reasons.includes(reason)),
    since: new Date(row.since).toISOString(),
    until: isoOrNull(row.until),
    events: row.events,
    lastAt: isoOrNull(row.lastAt),
  };
}

/** Parses the parameter `sort`: "-lastSeen", "p:plan". Throws bad_request for anything else. */
export function readAccountSort(text: string | undefined): AccountSort | undefined {
  if (text === undefined) return undefined;
  const order = text.startsWith("-") ? "desc" : "asc";
  const by = text.replace(/^-/, "");
  const column = ACCOUNT_SORTS.find((one) => one === by);
  if (column !== undefined) return { by: column, order };
  if (by.startsWith("p:") && by.length > 2) return { by: { property: by.slice(2) }, order };
  throw new AppError(
    "bad_request",
    "A column (people), a property (p:plan), or either in descending order (-people).",
    {
      field: "sort",
    },
  );
}

/** The account with this id or an id merged into it, as lists show it. Throws not_found. */
export async function requireSummary(scope: Scope, id: string): Promise<AccountSummary> {
  const summary = await accountSummary(scope, await requireAccountId(scope, id));
  if (!summary) throw new AppError("not_found", "There is no such account in this project.", { field: "id" });
  return summary;
}

/** The affected accounts as they are now, for a root key; none for a write key, which may not read. */
type Answer = z.infer<typeof accountsSchema>;

async function presentAffected(scope: Scope, mayRead: boolean, ids: readonly string[]): Promise<Answer> {
  if (!mayRead) return { data: [] };
  const found = new Map<string, Answer["data"][number]>();
  for (const id of ids) {
    const one = presentAccount(await requireSummary(scope, id));
    found.set(one.id, one);
  }
  return { data: [...found.values()] };
}

/** PATCH: sets and removes the name, the type and properties. */
export async function patchAccount(request: Request, id: string): Promise<Answer> {
  const { scope, mayRead } = await requireServer(request);
  const { properties, ...changes } = await parseBody(request, accountChangesSchema);
  await changeAccount(scope, id, { ...changes, ...(properties && { properties: properties as JsonObject }) });
  return presentAffected(scope, mayRead, [id]);
}

/** DELETE: erases an account with all ids merged into it. */
export async function deleteAccount(request: Request, id: string): Promise<Answer> {
  const { scope } = await requireServer(request);
  await eraseAccount(scope, id);
  return { data: [] };
}

/** POST …/merge and …/unmerge: the two ids become one account, or two again. */
export async function mergeAccounts(request: Request, id: string, isOn: boolean): Promise<Answer> {
  const { scope, mayRead } = await requireServer(request);
  const { accountId } = await parseBody(request, mergeBodySchema);
  await changeAccountMerge(scope, [id, accountId], isOn);
  return presentAffected(scope, mayRead, [id, accountId]);
}

/** POST …/unassign and …/reassign: ends a person's membership, or undoes that. */
export async function changeMember(request: Request, id: string, kind: "unassign" | "reassign"): Promise<Answer> {
  const { scope, mayRead } = await requireServer(request);
  const { ref, until } = await parseBody(request, leavingBodySchema);
  const leaving = { ref, accountId: id, ...(until === undefined ? {} : { until: Date.parse(until) }) };
  await (kind === "unassign" ? unassignPerson : reassignPerson)(scope, leaving);
  return presentAffected(scope, mayRead, [id]);
}
