/** What Excel needs to read a CSV file as UTF-8; without it "Müller" is "MÃ¼ller". */
export const BYTE_ORDER_MARK = "\uFEFF";

/** What makes a cell a formula, also behind white space that is trimmed; Excel reads the full-width forms as well. */
const FORMULA = /^[\s\u200b\ufeff]*[=+\-@\t\r＝＋－＠]/;
/**
 * Where another cell begins to a spreadsheet that separates by semicolons or tabs, as Excel does in much of Europe: it
 * does not know our quotes, as they do not stand at the start of its cell. Runs of one kind only, so it takes linear time.
 */
const FORMULA_WITHIN = /([;\t\r\n] *)(?=[=+\-@＝＋－＠])(?![+-]?\d+(?:\.\d+)?(?:[;\t\r\n]|$))/g;
const NUMBER = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;

/**
 * One line of a CSV file (RFC 4180, CRLF). Text that a spreadsheet would run as a formula gets a ' in front, which
 * spreadsheets do not show; plain numbers stay numbers. Linear in the text.
 */
export function csvLine(cells: readonly (string | number | boolean | null)[]): string {
  return `${cells.map(csvCell).join(",")}\r\n`;
}

function csvCell(cell: string | number | boolean | null): string {
  if (cell === null) return "";
  if (typeof cell !== "string") return String(cell);
  const safe = (FORMULA.test(cell) && !NUMBER.test(cell) ? `'${cell}` : cell).replace(FORMULA_WITHIN, "$1'");
  return /[",;\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Rows of a CSV file: commas or semicolons (whichever the first line has more of), quotes, any line ends, a BOM. Empty lines are left out. */
export function parseCsv(text: string): string[][] {
  const body = text.replace(/^\uFEFF/, "");
  const first = body.slice(0, /\r|\n/.exec(body)?.index ?? body.length);
  const separator = first.split(";").length > first.split(",").length ? ";" : ",";
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let quoted = false;
  const endRow = () => {
    row.push(cell);
    if (row.some((value) => value.trim() !== "")) rows.push(row);
    [row, cell] = [[], ""];
  };
  for (let i = 0; i < body.length; i++) {
    const char = body[i] as string;
    if (quoted) {
      if (char !== '"') cell += char;
      else if (body[i + 1] === '"') cell += body[i++];
      else quoted = false;
    } else if (char === '"' && cell.trim() === "") [quoted, cell] = [true, ""];
    else if (char === separator) {
      row.push(cell);
      cell = "";
    } else if (char === "\n" || char === "\r") {
      if (char === "\r" && body[i + 1] === "\n") i++;
      endRow();
    } else cell += char;
  }
  endRow();
  return rows;
}
