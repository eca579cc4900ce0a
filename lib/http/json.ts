/**
 * A number of 16 digits or more where JSON may have one; shorter ones are exact in a double. Also matches inside some
 * strings.
 */
const LONG_NUMBER = /(?:^|[:,[\s])-?\d{16}/;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const INTEGER = /^-?\d+$/;

/**
 * JSON.parse, except that a whole number beyond 2^53 becomes the string of its digits: as a double it would be another
 * number, and two users with neighbouring ids one person. All other numbers stay numbers. Throws SyntaxError like
 * JSON.parse. Text without such a number costs one extra search; with one it is scanned once more, in linear time.
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (!LONG_NUMBER.test(text)) return value;
  const exact = quoteLongNumbers(text);
  return exact === text ? value : JSON.parse(exact);
}

const quoteLongNumbers = (json: string): string =>
  outsideStrings(json, (part) =>
    LONG_NUMBER.test(part)
      ? part.replace(NUMBER, (token) =>
          INTEGER.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token,
        )
      : part,
  );

/** Valid JSON with everything between its strings transformed. */
function outsideStrings(json: string, change: (part: string) => string): string {
  const parts: string[] = [];
  let at = 0;
  for (;;) {
    const open = json.indexOf('"', at);
    if (open === -1) return parts.join("") + change(json.slice(at));
    const end = endOfString(json, open);
    parts.push(change(json.slice(at, open)), json.slice(open, end));
    at = end;
  }
}

/**
 * The position after the quote that closes the string opened at `open`: the first quote with an even number of
 * backslashes before it.
 */
function endOfString(json: string, open: number): number {
  let quote = open;
  for (;;) {
    quote = json.indexOf('"', quote + 1);
    if (quote === -1) return json.length;
    let slashes = 0;
    while (json.charCodeAt(quote - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return quote + 1;
  }
}

const BACKSLASH = 92;
