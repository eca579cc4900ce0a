import pg from "pg";

/**
 * bigint becomes a number, as our ids stay far below 2^53. timestamptz becomes milliseconds since 1970 (±Infinity for
 * the ends of a span).
 */
const INT8 = 20;
const TIMESTAMPTZ = 1184;

function parseTimestamp(text: string): number {
  if (text === "infinity") return Number.POSITIVE_INFINITY;
  if (text === "-infinity") return Number.NEGATIVE_INFINITY;
  if (text.length <= SHORT_TIMESTAMP && text.endsWith("+00") && text[4] === "-") return utc(text);
  return Date.parse(text.includes("T") ? text : text.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00"));
}

/**
 * "2026-11-23 15:28:30.391+00", with none to three decimals of a second: by far the most frequent form, and ten times
 * faster to parse than with Date.parse.
 */
const SHORT_TIMESTAMP = 26;
function utc(text: string): number {
  const two = (at: number) => text.charCodeAt(at) * 10 + text.charCodeAt(at + 1) - 528;
  const fraction = text.slice(19, -3);
  return (
    Date.UTC(two(0) * 100 + two(2), two(5) - 1, two(8), two(11), two(14), two(17)) +
    (fraction === "" ? 0 : Math.round(Number(`0${fraction}`) * 1000))
  );
}

/** How the values of rows are parsed. */
export const typeParsers: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: "text" | "binary") => {
    if (format !== "binary" && oid === INT8) return Number;
    if (format !== "binary" && oid === TIMESTAMPTZ) return parseTimestamp;
    return pg.types.getTypeParser(oid, format as "text");
  }) as pg.CustomTypesConfig["getTypeParser"],
};
