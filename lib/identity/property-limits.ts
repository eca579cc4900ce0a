import type { PropertyChange } from "@/lib/events/property-change";
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

/** Bytes of a row of prop_ops besides name and value: ids, time and the entry in the primary key. */
export const LOG_ROW_BYTES = 150;

/** The size that rows of prop_ops count as, from their number and the bytes of their names and values. */
export const loggedRowsBytes = (rows: number, bytes: number): number => rows * LOG_ROW_BYTES + bytes;

/** Bytes of the stamp beside each value in a document. */
const STAMP_BYTES = 86;

/** Bytes of a document of registers, as JSON without its braces: an empty one takes none. */
export const documentBytes = (registers: Registers): number => Buffer.byteLength(JSON.stringify(registers)) - 2;

/** Estimates the bytes by which a change grows a document; negative if it shrinks. */
export function growthOf(registers: Registers, { mode, key, value }: PropertyChange): number {
  const register = Object.hasOwn(registers, key) ? registers[key] : undefined;
  const stored = mode === "set" ? register?.set : mode === "set_once" ? register?.once : undefined;
  if (!stored) return Buffer.byteLength(key) + STAMP_BYTES + bytesOf(value);
  return value === null ? 0 : bytesOf(value) - storedBytes(stored);
}

/** Measures each value once, as a batch may compare many small values with one large one. */
const measured = new WeakMap<object, number>();

function storedBytes(stored: { value: Json }): number {
  let bytes = measured.get(stored);
  if (bytes === undefined) {
    bytes = bytesOf(stored.value);
    measured.set(stored, bytes);
  }
  return bytes;
}

/**
 * The space left for a project's property values (docs/decisions/0046-ceilings.md), and how much of it a transaction
 * uses. All writers in a transaction share one.
 */
export class PropertySpace {
  /** Bytes that this transaction adds, minus those it removes. */
  grown = 0;

  constructor(
    private bytesLeft = Number.POSITIVE_INFINITY,
    private readonly megabytes = 0,
  ) {}

  /**
   * Reserves space for a change; returns null, or the reason if there is none left. A change that needs no space is
   * always accepted.
   */
  refusal(key: string, growth: number): string | null {
    if (growth <= 0) return null;
    if (this.bytesLeft <= 0)
      return `property not kept: '${key.slice(0, 60)}': this project stores its ${this.megabytes.toLocaleString("en")} MB of property values`;
    this.bytesLeft -= growth;
    return null;
  }
}
