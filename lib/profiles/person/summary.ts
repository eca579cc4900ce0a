import { type Context, sourceOf } from "@/lib/events/context";
import { refOf } from "@/lib/identity/person-ref";
import type { Json, JsonObject } from "@/lib/json";
import type { PersonFacts, ProfileDetail, ProfileIdentity, ProfileSummary } from "@/lib/profiles/types";
import { anonymousName } from "./anonymous-name";
import type { PersonRow } from "./person-rows.queries";

/** How many visits somebody made, and the context of the first and the newest. */
export type SessionFacts = { sessions: number; firstContext: Context; lastContext: Context };

/** What a list's row does not hold. `sessions` is absent for somebody without any; `properties` are flat. */
export type Facts = {
  identities: ProfileIdentity[];
  sessions: SessionFacts | undefined;
  properties: JsonObject;
  stored: PersonFacts | undefined;
};

/** One key a person, for looking facts up. */
export const factsKey = (kind: "u" | "a", id: number): string => `${kind}${id}`;

export function toSummary(row: PersonRow, { identities, sessions, properties, stored }: Facts): ProfileSummary {
  const now = sessions?.lastContext;
  return {
    ref: refOf(row.kind, row.extId),
    userIds: identities.filter(({ kind }) => kind === "user").map(({ id }) => id),
    anonymousIds: identities.filter(({ kind }) => kind === "device").map(({ id }) => id),
    name: row.name,
    email: row.email,
    avatar: row.avatar,
    anonymousName: row.kind === "a" ? anonymousName(row.extId) : null,
    identified: row.kind === "u",
    firstSeen: row.firstSeen,
    lastSeen: row.lastSeen,
    events: row.events,
    sessions: sessions?.sessions ?? 0,
    country: now?.country ?? null,
    city: now?.city ?? null,
    device: now?.device ?? null,
    browser: now?.browser ?? null,
    os: now?.os ?? null,
    source: sessions ? sourceOf(sessions.firstContext) : null,
    properties: nest(properties),
    facts: stored ?? null,
  };
}

export function toDetail(row: PersonRow, facts: Facts): ProfileDetail {
  return { ...toSummary(row, facts), createdAt: row.createdAt, identities: facts.identities };
}

/**
 * Dotted leaf keys as nested objects: { "address.city": "Berlin" } → { address: { city: "Berlin" } }.
 * Where both "a" and "a.b" hold a value, "a.b" stays a literal key beside "a", so no value is lost.
 * Keys come out in alphabetical order, whatever order they were stored in. O(total length of the keys).
 */
export function nest(flat: JsonObject): JsonObject {
  const root: JsonObject = {};
  for (const key of Object.keys(flat).sort()) {
    const path = key.split(".");
    const value = flat[key] as Json;
    if (path.some((part) => part === "" || part === "__proto__") || shadowed(path, flat)) {
      define(root, key, value);
      continue;
    }
    let branch = root;
    for (const part of path.slice(0, -1)) {
      if (!Object.hasOwn(branch, part)) define(branch, part, {});
      branch = branch[part] as JsonObject;
    }
    define(branch, path[path.length - 1] as string, value);
  }
  return root;
}

/** Does a proper prefix of `path` hold a value of its own? */
function shadowed(path: string[], flat: JsonObject): boolean {
  for (let length = 1; length < path.length; length++) {
    if (Object.hasOwn(flat, path.slice(0, length).join("."))) return true;
  }
  return false;
}

/** An own property under any name, "__proto__" too. */
function define(target: JsonObject, key: string, value: Json): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}
