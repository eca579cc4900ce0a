/**
 * Encodes columns of many rows as Postgres' binary arrays, for `unnest($1::uuid[], $2::text[], …)`. Neither side
 * escapes or parses anything: of 1,000 events, Postgres unpacks each in 4 µs from these arrays and in 15 µs from JSON
 * (docs/decisions/0023-columns.md). The format is that of array_send() and the types' send functions in Postgres'
 * sources, the same in 15 to 18.
 */
const OID = { boolean: 16, bigint: 20, text: 25, timestamptz: 1184, uuid: 2950, jsonb: 3802 } as const;

/**
 * The number of dimensions, whether there are NULLs, the element type, and the length and lower bound of a dimension.
 */
const HEADER_BYTES = 20;
/** Binary timestamps count microseconds from 2000. */
const EPOCH_2000_MS = 946_684_800_000;
const TWO_32 = 2 ** 32;
/** Postgres' binary jsonb is a version byte followed by its text. */
const JSONB_VERSION = 1;
/** The most bytes a UTF-16 unit takes in UTF-8. */
const MAX_UTF8_BYTES = 3;

/**
 * Columns are assembled in this buffer and copied out; it grows to the largest one and is kept. They can share it, as
 * encoding one awaits nothing.
 */
let scratch = Buffer.allocUnsafe(1 << 16);

/** Grows the buffer if `bytes` do not fit at position `at`. */
function ensureRoom(at: number, bytes: number): void {
  if (at + bytes <= scratch.length) return;
  const larger = Buffer.allocUnsafe(Math.max(scratch.length * 2, at + bytes));
  scratch.copy(larger, 0, 0, at);
  scratch = larger;
}

/** Writes the header of an array and returns its length. */
function writeHeader(oid: number, length: number): number {
  ensureRoom(0, HEADER_BYTES);
  scratch.writeInt32BE(1, 0);
  scratch.writeInt32BE(1, 4);
  scratch.writeInt32BE(oid, 8);
  scratch.writeInt32BE(length, 12);
  scratch.writeInt32BE(1, 16);
  return HEADER_BYTES;
}

/** An array of values of `width` bytes each, which `write` puts into the scratch buffer at a position. */
function fixedWidth<T>(
  oid: number,
  width: number,
  values: readonly (T | null)[],
  write: (value: T, at: number) => void,
): Buffer {
  let at = writeHeader(oid, values.length);
  ensureRoom(at, values.length * (4 + width));
  // An index instead of an iterator, which allocates for each value where V8 has not optimized this loop.
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as T | null;
    scratch.writeInt32BE(value === null ? -1 : width, at);
    at += 4;
    if (value === null) continue;
    write(value, at);
    at += width;
  }
  return Buffer.from(scratch.subarray(0, at));
}

/**
 * An array of texts, each preceded by `prefix` bytes of value JSONB_VERSION. A text equal to the one before it, as most
 * are in the columns of events, is copied.
 */
function variableWidth(oid: number, prefix: 0 | 1, values: readonly (string | null)[]): Buffer {
  let at = writeHeader(oid, values.length);
  let previous: string | null = null;
  let length = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as string | null;
    ensureRoom(at, 5 + (value === null ? 0 : value.length * MAX_UTF8_BYTES));
    if (value === null) {
      scratch.writeInt32BE(-1, at);
      at += 4;
      previous = null;
      continue;
    }
    if (value === previous) {
      scratch.copyWithin(at, at - length, at);
      at += length;
      continue;
    }
    if (prefix) scratch[at + 4] = JSONB_VERSION;
    const bytes = prefix + scratch.write(value, at + 4 + prefix);
    scratch.writeInt32BE(bytes, at);
    length = 4 + bytes;
    at += length;
    previous = value;
  }
  return Buffer.from(scratch.subarray(0, at));
}

export const texts = (values: readonly (string | null)[]): Buffer => variableWidth(OID.text, 0, values);

/** JSON documents; null is SQL's NULL, not JSON's. The same object twice in a row is encoded once. */
export function jsons(values: readonly (object | null)[]): Buffer {
  let previous: object | null = null;
  let text: string | null = null;
  const encoded = values.map((value) => {
    if (value !== previous) text = value === null ? null : JSON.stringify(value);
    previous = value;
    return text;
  });
  return variableWidth(OID.jsonb, 1, encoded);
}

export const booleans = (values: readonly boolean[]): Buffer =>
  fixedWidth(OID.boolean, 1, values, (value, at) => {
    scratch[at] = value ? 1 : 0;
  });

/** Whole numbers below 2^53. */
export const bigints = (values: readonly (number | null)[]): Buffer => fixedWidth(OID.bigint, 8, values, writeInt64);

/** Milliseconds since 1970, exact up to the year 2285; ±Infinity are Postgres' own. */
export const timestamps = (values: readonly (number | null)[]): Buffer =>
  fixedWidth(OID.timestamptz, 8, values, (ms, at) => {
    if (Number.isFinite(ms)) return writeInt64((ms - EPOCH_2000_MS) * 1000, at);
    scratch.writeInt32BE(ms > 0 ? 0x7fffffff : -0x80000000, at);
    scratch.writeUInt32BE(ms > 0 ? 0xffffffff : 0, at + 4);
  });

function writeInt64(value: number, at: number): void {
  const whole = Math.round(value);
  const high = Math.floor(whole / TWO_32);
  scratch.writeInt32BE(high, at);
  scratch.writeUInt32BE(whole - high * TWO_32, at + 4);
}

/**
 * UUIDs in their usual form. Throws the same class of error as Postgres for malformed ones, as the text format would.
 */
export const uuids = (values: readonly (string | null)[]): Buffer =>
  fixedWidth(OID.uuid, 16, values, (value, at) => {
    let digits = 0;
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (code === 45) continue; // "-"
      const digit = DIGIT[code] ?? NaN;
      if (digits === 32 || Number.isNaN(digit)) digits = 33;
      if (digits > 32) break;
      const byte = at + (digits >> 1);
      scratch[byte] = digits & 1 ? (scratch[byte] as number) | digit : digit << 4;
      digits++;
    }
    if (digits !== 32) throw Object.assign(new Error("a UUID is malformed"), { code: "22P02" });
  });

/** The value of a hexadecimal digit by its character code. */
const DIGIT: (number | undefined)[] = [];
for (const [value, digit] of [..."0123456789abcdef"].entries()) {
  DIGIT[digit.charCodeAt(0)] = value;
  DIGIT[digit.toUpperCase().charCodeAt(0)] = value;
}
