import type { Operation } from "@/lib/events/operation";
import { applyChange, foldProperties, type Registers } from "@/lib/identity/fold";
import { PropertyRoom } from "@/lib/identity/limits";
import { documentBytes, growthOf, type PropertySpace } from "@/lib/identity/space";
import type { Json, JsonObject } from "@/lib/json";

/** A stored operation and the identity it is of: a user id, else a stream; null when nobody's. */
export type GroupOperation = { operation: Operation; actorId: number | null };

/** What operations say of one account. Times are milliseconds; only activity counts as seen (docs/identity.md R10). */
export type AccountDelta = {
  id: string;
  firstSeen: number | null;
  lastSeen: number | null;
  createdAt: number;
  /** What `group` said of it, newest write of a property last applied by (ts, id), whatever the order here. */
  described: { key: string; value: Json; ts: number; operationId: string }[];
};

/** "This identity belongs to this account", at least from `first` to `last` (ms). */
export type AccountMembership = { accountId: string; actorId: number; first: number; last: number };

/** Where a property is kept beside `type` and `name`, which an account has of its own. */
const PROPERTY = "properties.";

/**
 * What operations say of accounts, both lists in the order of their keys, which is the order they are locked in. An
 * event or `assign_group` that names an account says that its actor belongs to it; `group` only describes. Pure;
 * O(groups).
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
      let account = accounts.get(id);
      if (!account) {
        account = { id, firstSeen: null, lastSeen: null, createdAt: ts, described: [] };
        accounts.set(id, account);
      }
      account.createdAt = Math.min(account.createdAt, ts);
      if (operation.active) {
        account.firstSeen = Math.min(account.firstSeen ?? ts, ts);
        account.lastSeen = Math.max(account.lastSeen ?? ts, ts);
      }
      if (describes) account.described.push(...leavesOf(operation.properties, ts, operationId));
      else if (actorId !== null) {
        const key = `${actorId} ${id}`;
        const member = members.get(key) ?? { accountId: id, actorId, first: ts, last: ts };
        member.first = Math.min(member.first, ts);
        member.last = Math.max(member.last, ts);
        members.set(key, member);
      }
    }
  }
  return {
    accounts: [...accounts.values()].sort((a, b) => compare(a.id, b.id)),
    members: [...members.values()].sort((a, b) => compare(a.accountId, b.accountId) || a.actorId - b.actorId),
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** A `group` operation's properties ({ type?, name?, properties }) as single writes, nested ones by dotted path. */
function leavesOf(properties: JsonObject, ts: number, operationId: string): AccountDelta["described"] {
  const leaves: AccountDelta["described"] = [];
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
 * An account's registers with what was said added, and what they come to. Does not depend on the order of calls, but
 * for changes beyond the limits of R15, which hold for accounts too, or beyond `space`: `refuse` gets the reason.
 */
export function describeAccount(
  registers: Registers,
  described: AccountDelta["described"],
  space: PropertySpace,
  refuse: (operationId: string, warning: string) => void,
): AccountFacts {
  const room = PropertyRoom.of(registers);
  const before = documentBytes(registers);
  for (const { key, value, ts, operationId } of described) {
    const refusal = space.refusal(key, growthOf(registers, { mode: "set", key, value })) ?? room.refusal(key, value);
    if (refusal !== null) {
      refuse(operationId, refusal);
      continue;
    }
    applyChange(registers, { mode: "set", key, value }, [1, ts, operationId]);
  }
  space.grown += documentBytes(registers) - before;
  return { registers, ...accountOf(registers) };
}

/** What an account's registers come to. */
export function accountOf(registers: Registers): Omit<AccountFacts, "registers"> {
  const { type = null, name = null, ...rest } = foldProperties(registers, new Map());
  const properties = Object.fromEntries(
    Object.entries(rest).map(([key, value]) => [key.slice(PROPERTY.length), value] as const),
  );
  return { type: wordOf(type), name: wordOf(name), properties };
}

/** A type or a name is a text; a number somebody sent is shown as one, anything else is none. */
const wordOf = (value: Json): string | null =>
  typeof value === "string" && value !== "" ? value : typeof value === "number" ? String(value) : null;
