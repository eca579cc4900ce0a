import type { Json } from "@/lib/json";
import type { Registers } from "./fold";

/**
 * Property limits of a user id, a stream, an account and a person (docs/identity.md R15). They apply in order of
 * arrival (docs/identity.md X2): a change beyond a limit is refused with a warning, and stays refused. See
 * docs/decisions/0031-limits-of-properties.md.
 */
export const MAX_PROPERTY_KEYS = 200;
/** Names and values together, as UTF-8 and JSON: 64 KiB. */
export const MAX_PROPERTY_BYTES = 64 * 1024;

/** Bytes a value takes as JSON; an increment takes as much as a number. */
export const bytesOf = (value: Json): number => Buffer.byteLength(JSON.stringify(value));

/** The space an identity's properties use: bytes by key, name included. */
export class PropertyRoom {
  private readonly bytes: Map<string, number>;
  private total = 0;

  constructor(used: Iterable<readonly [key: string, bytes: number]>) {
    this.bytes = new Map(used);
    for (const bytes of this.bytes.values()) this.total += bytes;
  }

  static of(registers: Registers): PropertyRoom {
    return new PropertyRoom(
      Object.entries(registers).map(([key, { set, once, items }]): [string, number] => [
        key,
        Buffer.byteLength(key) +
          (set ? bytesOf(set.value) : 0) +
          (once ? bytesOf(once.value) : 0) +
          (items ? bytesOf(Object.keys(items)) : 0),
      ]),
    );
  }

  /**
   * Reserves space for a value; returns null, or the reason if there is none left. A key keeps the space of its largest
   * value so far; `isAdded`: the value adds to that, like a new entry of a list.
   */
  refusal(key: string, value: Json, isAdded = false): string | null {
    const reserved = this.bytes.get(key);
    if (reserved === undefined && this.bytes.size >= MAX_PROPERTY_KEYS)
      return `property not kept: '${key.slice(0, 60)}' would be more than ${MAX_PROPERTY_KEYS} properties`;
    const needed = (isAdded ? (reserved ?? 0) : Buffer.byteLength(key)) + bytesOf(value);
    const growth = Math.max(0, needed - (reserved ?? 0));
    // Over the limit, a value that takes no more space than before is still accepted: it may bring it below.
    if (growth > 0 && this.total + growth > MAX_PROPERTY_BYTES)
      return `property not kept: '${key.slice(0, 60)}' would make more than ${MAX_PROPERTY_BYTES / 1024} KiB of properties`;
    this.bytes.set(key, (reserved ?? 0) + growth);
    this.total += growth;
    return null;
  }
}

/** Shown first, so that other properties cannot push out who a person is. */
const SHOWN_FIRST = new Set(["name", "firstName", "lastName", "email", "avatar"]);

/**
 * The properties shown of a person: at most as many as one identity may have, as the ids and devices they are folded
 * from keep the limits only one by one. Names and addresses come first, then what was set for the user ids, then what
 * devices sent, each sorted by name. Depends on stored values only, not on the order of arrival, and deletes nothing.
 */
export function shownProperties<T extends { [key: string]: Json }>(folded: T, registers: Registers): T {
  const keys = Object.keys(folded);
  const sizes = new Map(keys.map((key) => [key, Buffer.byteLength(key) + bytesOf(folded[key] as Json)]));
  const total = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
  if (keys.length <= MAX_PROPERTY_KEYS && total <= MAX_PROPERTY_BYTES) return folded;
  const rank = (key: string): number => {
    if (SHOWN_FIRST.has(key)) return 0;
    const register = registers[key];
    return register?.set?.stamp[0] === 1 || register?.once?.stamp[0] === 1 ? 1 : 2;
  };
  const shown = {} as { [key: string]: Json };
  let [count, bytesLeft] = [0, MAX_PROPERTY_BYTES];
  for (const key of keys.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))) {
    const bytes = sizes.get(key) as number;
    if (count >= MAX_PROPERTY_KEYS || bytes > bytesLeft) continue;
    shown[key] = folded[key] as Json;
    count += 1;
    bytesLeft -= bytes;
  }
  return shown as T;
}
