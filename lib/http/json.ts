/** A number of 16 digits or more where JSON may have one: fewer are exact in a double. Also hits some texts. */
const LONG_NUMBER = /(?:^|[:,[\s])-?\d{16}/;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const INTEGER = /^-?\d+$/;

/**
 * JSON.parse, but a whole number beyond 2^53 becomes the text of its digits: as a double it would be another number,
 * and two users whose ids are next to each other one person. Any other number stays one. Throws SyntaxError as
 * JSON.parse does. A text without such a number costs one search more; with one it is read once more, in linear time.
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

/** Valid JSON with what stands between its strings changed. */
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

/** Behind the quote that closes the string opened at `open`: the first with an even number of backslashes before it. */
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
