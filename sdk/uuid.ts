let lastMs = 0;
let sequence = 0;

/** A UUIDv7 made at `ms` (since 1970). Ids of one millisecond sort in the order they were made, so a time line can rely on them. */
export function uuid7(ms: number): string {
  sequence = ms === lastMs ? sequence + 1 : 0;
  lastMs = ms;
  const hex = (value: number | bigint, digits: number) => value.toString(16).padStart(digits, "0");
  const random = crypto.getRandomValues(new BigUint64Array(1))[0] as bigint;
  // 48 bits of time, 12 bits of sequence, 60 random bits, in the places that version and variant leave free.
  const digits = hex(ms, 12) + hex(sequence, 3) + hex(random, 16);
  let next = 0;
  return "00000000-0000-7000-8000-000000000000".replace(/0/g, () => digits[next++] as string);
}
