import { Readable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { parse } from "csv-parse";
import { type Options, stringify } from "csv-stringify/sync";
import { AppError } from "@/lib/errors";

/** Makes Excel read a CSV file as UTF-8; without it "Müller" becomes "MÃ¼ller". */
export const BYTE_ORDER_MARK = "\uFEFF";

/**
 * The start of a cell that is a formula, even after white space that is trimmed. Excel accepts the full-width forms,
 * too.
 */
const FORMULA = /^[\s\u200b\ufeff]*[=+\-@\t\r＝＋－＠]/;
/**
 * The same for a spreadsheet that separates by semicolons or tabs, as Excel does in much of Europe: it ignores our
 * quotes, which are not at the start of its cells. Only runs of one character, so that it takes linear time.
 */
const FORMULA_WITHIN = /([;\t\r\n] *)(?=[=+\-@＝＋－＠])(?![+-]?\d+(?:\.\d+)?(?:[;\t\r\n]|$))/g;
const NUMBER = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;

/** A spreadsheet cell; null for an empty one. */
export type CsvCell = string | number | boolean | null;

const WRITTEN: Options = {
  record_delimiter: "windows",
  quoted_match: /[;\t\r\n]/,
  cast: { string: withoutFormulas, boolean: String },
};

/**
 * Lines of a CSV file (RFC 4180, CRLF). Text that a spreadsheet would run as a formula gets a leading ', which
 * spreadsheets do not show; plain numbers stay numbers. Linear in the text.
 */
export const csvLines = (rows: readonly (readonly CsvCell[])[]): string => stringify(rows as CsvCell[][], WRITTEN);

function withoutFormulas(text: string): string {
  const guarded = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return guarded.replace(FORMULA_WITHIN, "$1'");
}

/** Characters parsed at once, in some milliseconds. */
const PIECE_CHARS = 16 * 1024;

/**
 * The rows of a CSV file with commas or semicolons (whichever the first line has more of), quotes, any line ends, and
 * perhaps a BOM. Skips empty lines. Throws `unprocessable` for an unclosed quote. Other requests get their turn in
 * between, as 20 MB take half a minute, and a caller that has enough stops reading.
 */
export async function* csvRows(text: string): AsyncGenerator<string[]> {
  const first = /^[^\r\n]*/.exec(text)?.[0] ?? "";
  const delimiter = first.split(";").length > first.split(",").length ? ";" : ",";
  const pieces = Readable.from(piecesOf(text));
  const parser = parse({
    bom: true,
    delimiter,
    record_delimiter: ["\r\n", "\n", "\r"],
    relax_quotes: true,
    relax_column_count: true,
    skip_records_with_empty_values: true,
  });
  try {
    yield* pieces.pipe(parser) as AsyncIterable<string[]>;
  } catch (error) {
    throw new AppError("unprocessable", `This CSV file cannot be read: ${(error as Error).message}`, { field: "csv" });
  } finally {
    pieces.destroy();
  }
}

async function* piecesOf(text: string): AsyncGenerator<string> {
  for (let at = 0, end = 0; at < text.length; at = end) {
    end = at + PIECE_CHARS;
    if (isHighSurrogate(text.charCodeAt(end - 1))) end++; // the parser reads bytes: half a character would be lost
    yield text.slice(at, end);
    await setImmediate();
  }
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
