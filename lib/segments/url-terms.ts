/**
 * Terms of a URL: `did(export,exactly,0,last(14))`. A part is a word or word(parts). In words, ( ) , and ~ are escaped
 * with ~, and the empty word is ~_.
 */

export type Term = { word: string; args: Term[] | null };

const MAX_NESTING = 12;

export const word = (text: string | number): Term => ({ word: String(text), args: null });
export const call = (name: string, ...args: (Term | string | number)[]): Term => ({
  word: name,
  args: args.map((arg) => (typeof arg === "object" ? arg : word(arg))),
});

export function write({ word, args }: Term): string {
  const escaped = word === "" ? "~_" : word.replace(/[(),~]/g, "~$&");
  return args === null ? escaped : `${escaped}(${args.map(write).join(",")})`;
}

export function read(text: string): Term | null {
  let at = 0;
  const term = (depth: number): Term | null => {
    let name = "";
    for (; at < text.length && !"(),".includes(text[at] as string); at++) {
      if (text[at] !== "~") name += text[at];
      else if (text[++at] !== "_") name += text[at] ?? "";
    }
    if (text[at] !== "(") return { word: name, args: null };
    if (depth > MAX_NESTING) return null;
    const args: Term[] = [];
    at++;
    if (text[at] === ")") {
      at++;
      return { word: name, args };
    }
    for (;;) {
      const arg = term(depth + 1);
      if (!arg) return null;
      args.push(arg);
      const end = text[at++];
      if (end === ")") return { word: name, args };
      if (end !== ",") return null;
    }
  };
  const whole = term(0);
  return whole && at === text.length ? whole : null;
}

/** NaN, which no schema accepts, if it is not a number. */
export const number = (text: string | undefined): number =>
  text === undefined || text.trim() === "" ? Number.NaN : Number(text);
