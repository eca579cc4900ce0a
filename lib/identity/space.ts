import type { Json } from "@/lib/json";
import type { LoggedChange } from "./compact";
import type { Registers } from "./fold";
import { bytesOf } from "./limits";

/** Bytes of a row of prop_ops besides name and value: ids, time and the entry in the primary key. */
export const LOG_ROW_BYTES = 150;

/** The size that rows of prop_ops count as, from their number and the bytes of their names and values. */
export const loggedRowsBytes = (rows: number, bytes: number): number => rows * LOG_ROW_BYTES + bytes;

/** Bytes of the stamp beside each value in a document. */
const STAMP_BYTES = 86;

/** Bytes of a document of registers, as JSON without its braces: an empty one takes none. */
export const documentBytes = (registers: Registers): number => Buffer.byteLength(JSON.stringify(registers)) - 2;

/** Estimates the bytes by which a change grows a document; negative if it shrinks. */
export function growthOf(
  registers: Registers,
  { mode, key, value }: Pick<LoggedChange, "mode" | "key" | "value">,
): number {
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
