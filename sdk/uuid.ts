let last = 0;

/**
 * A UUIDv7 made at `ms` (since 1970). Each sorts after the previous one, even within a millisecond, so that timelines
 * can rely on them.
 */
export const uuid7 = (ms: number): string => {
  // 48 bits of time and 12 that count within a millisecond, then random ones.
  last = Math.max(last + 1, ms * 4096);
  // Decimal digits are hexadecimal ones as well, and need no padding: 15 of them are 50 random bits.
  const random = crypto.getRandomValues(new Uint32Array(9)).join("");
  // Its first digit is 0 from 2004 to 2527. (A device that believes it is 1970 creates invalid ids: the server maps
  // them to valid ones.)
  return `0${last.toString(16)}${random}`.replace(/(.{8})(....)(...)(...)(.{12}).*/, "$1-$2-7$3-8$4-$5");
};
