let last = 0;

/** A UUIDv7 made at `ms` (since 1970). Each sorts after the one before, those of one millisecond too, so a time line can rely on them. */
export const uuid7 = (ms: number): string => {
  // 48 bits of time and 12 that count within a millisecond, then 60 random ones.
  last = Math.max(last + 1, ms * 4096);
  const random = crypto.getRandomValues(new BigUint64Array(1))[0] as bigint;
  const digits = ((BigInt(last) << 60n) | (random >> 4n)).toString(16);
  // Its first digit is 0 from 2004 to 2527. (A device that thinks it is 1970 makes ids that are none: the server maps them to some.)
  return `0${digits}`.replace(/(.{8})(.{4})(...)(...)/, "$1-$2-7$3-8$4-");
};
