import { isDeepStrictEqual } from "node:util";
import type { Operation } from "@/lib/events/operation";
import { applyChange, foldProperties, type Registers } from "@/lib/identity/fold";
import { PropertyRoom } from "@/lib/identity/limits";
import { documentBytes, growthOf, type PropertySpace } from "@/lib/identity/space";
import type { Json, JsonObject } from "@/lib/json";

/** A stored operation and its identity: a user id, else a stream; null if it has neither. */
export type GroupOperation = { operation: Operation; actorId: number | null };

/** One write of a property of an account. Times are milliseconds. */
export type Described = { key: string; value: Json; ts: number; operationId: string };

/**
 * One account's operations: when each happened, whether it was activity (only that counts as seen, docs/identity.md
 * R10), and the properties that `group` set, in any order.
 */
export type AccountDelta = { id: string; times: number[]; active: boolean[]; described: Described[] };

/** Times (ms) at which operations said that this identity belongs to this account. */
export type AccountMembership = { accountId: string; actorId: number; times: number[] };

/** The prefix of property keys, which keeps them apart from `type` and `name`, fields of the account itself. */
const PROPERTY = "properties.";

/**
 * Accounts and memberships that operations name, both in key order, the order in which rows are locked. An event or
 * `assign_group` that names an account says that its actor belongs to it; `group` only describes. Pure; O(groups).
 */
export function groupDeltas(operations: readonly GroupOperation[]): {
  accounts: AccountDelta[];
  members: AccountMembership[];
} {
  const accounts = new Map<string, AccountDelta>();
  const members = new Map<string, AccountMembership>();
  for (const { operation, actorId } of operations) {
    const { ts, id: operationId } = operation;
    const describes = operation.kind === "group" && operation.name === "group";
    for (const id of operation.groups) {
      const account = accounts.get(id) ?? { id, times: [], active: [], described: [] };
      accounts.set(id, account);
      account.times.push(ts);
      account.active.push(operation.active);
      if (describes) account.described.push(...leavesOf(operation.properties, ts, operationId));
      else if (actorId !== null) {
        const key = `${actorId} ${id}`;
        const member = members.get(key) ?? { accountId: id, actorId, times: [] };
        members.set(key, member);
        member.times.push(ts);
      }
    }
  }
  return {
    accounts: [...accounts.values()].sort((a, b) => compare(a.id, b.id)),
    members: [...members.values()].sort((a, b) => compare(a.accountId, b.accountId) || a.actorId - b.actorId),
  };
}

/** Identities assigned to an account without any activity. */
export const assignedIn = (operations: readonly GroupOperation[]): number[] =>
  operations.flatMap(({ operation: { kind, name, active }, actorId }) =>
    kind === "group" && name !== "group" && !active && actorId !== null ? [actorId] : [],
  );

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** A `group` operation's properties ({ type?, name?, properties }) as single writes, nested ones by dotted path. */
function leavesOf(properties: JsonObject, ts: number, operationId: string): Described[] {
  const leaves: Described[] = [];
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
 * An account's registers after the new writes, their folded values, and in `changes` the writes that differed from the
 * value before them. The order of calls only matters for that list and for writes beyond the limits of R15, which hold
 * for accounts too, or of `space`: `refuse` is called with the reason.
 */
export function describeAccount(
  registers: Registers,
  described: readonly Described[],
  space: PropertySpace,
  refuse: (operationId: string, warning: string) => void,
): AccountFacts & { changes: Described[] } {
  const room = PropertyRoom.of(registers);
  const before = documentBytes(registers);
  const changes: Described[] = [];
  for (const one of described) {
    const { key, value, ts, operationId } = one;
    const refusal = space.refusal(key, growthOf(registers, { mode: "set", key, value })) ?? room.refusal(key, value);
    if (refusal !== null) {
      refuse(operationId, refusal);
      continue;
    }
    const current = Object.hasOwn(registers, key) ? registers[key]?.set?.value : undefined;
    if (!isDeepStrictEqual(current, value)) changes.push(one);
    applyChange(registers, { mode: "set", key, value }, [1, ts, operationId]);
  }
  space.grown += documentBytes(registers) - before;
  return { registers, changes, ...accountOf(registers) };
}

/** The folded values of an account's registers. */
export function accountOf(registers: Registers): Omit<AccountFacts, "registers"> {
  const { type = null, name = null, ...rest } = foldProperties(registers, new Map());
  const properties = Object.fromEntries(
    Object.entries(rest).map(([key, value]) => [key.slice(PROPERTY.length), value] as const),
  );
  return { type: textOf(type), name: textOf(name), properties };
}

/** Types and names are strings; numbers become strings, anything else is dropped. */
const textOf = (value: Json): string | null =>
  typeof value === "string" && value !== "" ? value : typeof value === "number" ? String(value) : null;
