import { isDeepStrictEqual } from "node:util";
import type { Operation } from "@/lib/events/operation";
import { applyChange, foldProperties, type Registers } from "@/lib/identity/fold";
import { documentBytes, growthOf, PropertyRoom, type PropertySpace } from "@/lib/identity/property-limits";
import type { Json, JsonObject } from "@/lib/json";

/** A stored operation. `actorId`: its user id, else its stream; null if it has neither. */
export type GroupOperation = { operation: Operation; actorId: number | null };

/** One write of a property of an account. Times are milliseconds. */
export type AccountWrite = { key: string; value: Json; ts: number; operationId: string };

/**
 * What a batch adds to one account: when each operation happened, whether it was activity (only activity counts for
 * last seen, docs/identity.md R10), and the properties that `group` set, in any order.
 */
export type AccountDelta = { id: string; times: number[]; active: boolean[]; writes: AccountWrite[] };

/** Evidence that this identity belongs to this account: the times (ms) of the operations. */
export type AccountMembership = { accountId: string; actorId: number; times: number[] };

/** Prefixes property keys, so that they cannot clash with the account's own `type` and `name`. */
const PROPERTY = "properties.";

/**
 * What operations add to accounts and memberships, in key order, in which rows are locked. An event or `assign_group`
 * that names an account is evidence for its actor; `group` only sets properties. `assigned`: identities assigned to an
 * account without any activity. Pure; O(groups).
 */
export function groupDeltas(operations: readonly GroupOperation[]): {
  accounts: AccountDelta[];
  memberships: AccountMembership[];
  assigned: number[];
} {
  const accounts = new Map<string, AccountDelta>();
  const memberships = new Map<string, AccountMembership>();
  for (const { operation, actorId } of operations) {
    const { ts, id: operationId } = operation;
    const describes = operation.kind === "group" && operation.name === "group";
    for (const id of operation.groups) {
      const account = accounts.get(id) ?? { id, times: [], active: [], writes: [] };
      accounts.set(id, account);
      account.times.push(ts);
      account.active.push(operation.active);
      if (describes) account.writes.push(...leavesOf(operation.properties, ts, operationId));
      else if (actorId !== null) {
        const key = `${actorId} ${id}`;
        const membership = memberships.get(key) ?? { accountId: id, actorId, times: [] };
        memberships.set(key, membership);
        membership.times.push(ts);
      }
    }
  }
  return {
    accounts: [...accounts.values()].sort((a, b) => compare(a.id, b.id)),
    memberships: [...memberships.values()].sort((a, b) => compare(a.accountId, b.accountId) || a.actorId - b.actorId),
    assigned: assignedActors(operations),
  };
}

const assignedActors = (operations: readonly GroupOperation[]): number[] =>
  operations.flatMap(({ operation: { kind, name, active }, actorId }) =>
    kind === "group" && name !== "group" && !active && actorId !== null ? [actorId] : [],
  );

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** A `group` operation's properties ({ type?, name?, properties }) as single writes, nested ones by dotted path. */
function leavesOf(properties: JsonObject, ts: number, operationId: string): AccountWrite[] {
  const leaves: AccountWrite[] = [];
  const collect = (from: JsonObject, prefix: string): void => {
    for (const [key, value] of Object.entries(from)) {
      if (key === "") continue;
      if (typeof value === "object" && value !== null && !Array.isArray(value)) collect(value, `${prefix}${key}.`);
      else leaves.push({ key: prefix + key, value, ts, operationId });
    }
  };
  const { type, name, properties: own } = properties;
  if (type !== undefined) leaves.push({ key: "type", value: type, ts, operationId });
  if (name !== undefined) leaves.push({ key: "name", value: name, ts, operationId });
  if (typeof own === "object" && own !== null && !Array.isArray(own)) collect(own, PROPERTY);
  return leaves;
}

export type AccountFacts = { registers: Registers; type: string | null; name: string | null; properties: JsonObject };

/**
 * Applies writes to an account's registers; returns them, their folded values, in `changes` the writes that changed a
 * value, and whether the registers differ: a value sent again is newer than one that arrives late. Calls `refuse` with
 * the reason for a write beyond the limits of R15 or `space`. The order of writes matters only for `changes` and for
 * what is refused.
 */
export function applyAccountWrites(
  registers: Registers,
  writes: readonly AccountWrite[],
  space: PropertySpace,
  refuse: (operationId: string, warning: string) => void,
): AccountFacts & { changes: AccountWrite[]; hasAdvanced: boolean } {
  const room = PropertyRoom.of(registers);
  const before = documentBytes(registers);
  const changes: AccountWrite[] = [];
  let hasAdvanced = false;
  for (const write of writes) {
    const { key, value, ts, operationId } = write;
    const refusal = space.refusal(key, growthOf(registers, { mode: "set", key, value })) ?? room.refusal(key, value);
    if (refusal !== null) {
      refuse(operationId, refusal);
      continue;
    }
    const current = Object.hasOwn(registers, key) ? registers[key] : undefined;
    if (!isDeepStrictEqual(current?.set?.value, value)) changes.push(write);
    applyChange(registers, { mode: "set", key, value }, [1, ts, operationId]);
    if (!isDeepStrictEqual(current, registers[key])) hasAdvanced = true;
  }
  space.grown += documentBytes(registers) - before;
  return { registers, changes, hasAdvanced, ...foldAccount(registers) };
}

/** The folded values of an account's registers. */
export function foldAccount(registers: Registers): Omit<AccountFacts, "registers"> {
  const { type = null, name = null, ...rest } = foldProperties(registers, new Map());
  const properties = Object.fromEntries(
    Object.entries(rest).map(([key, value]) => [key.slice(PROPERTY.length), value] as const),
  );
  return { type: textOf(type), name: textOf(name), properties };
}

/** Types and names are strings; numbers become strings, anything else is dropped. */
const textOf = (value: Json): string | null =>
  typeof value === "string" && value !== "" ? value : typeof value === "number" ? String(value) : null;
