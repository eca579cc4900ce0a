/**
 * Masks likely e-mail addresses and secret tokens in a page's URL or title, before anything is stored. Pure; about 0.3
 * µs for a text with nothing to mask.
 */

export const EMAIL_MASK = "[email]";
export const TOKEN_MASK = "[token]";

/** An @, plain or percent-encoded, once or repeatedly. */
const AT = /@|%(?:25)*40/gi;
/** Characters that delimit an address in URLs and titles. */
const NOT_LOCAL = /[\s/\\?&=#:;,"'<>()[\]{}|@]/;
/** The top-level domain must be letters, so that react@18.2.0 is not an address. */
const DOMAIN = /^(?:[\w-]+\.)+[a-z]{2,}(?![\w-])/i;
/** Characters of an address's two parts, by RFC 5321. */
const LOCAL_MAX_LENGTH = 64;
const DOMAIN_MAX_LENGTH = 255;

/** Characters of a JSON Web Token. */
const JWT_RUN = /[\w.-]{16,}/g;
/** How it begins: `{"` in base64url. */
const JWT_START = "eyJ";
/** Minimum length of its first part, and of its second. */
const JWT_MIN_LENGTHS = [11, 4] as const;
/** Keys with a known prefix: Stripe, GitHub, Slack, AWS, Google, ours. */
const NAMED_KEY =
  /\b(?:[srp]k_(?:live|test)_\w{8,}|gh[pousr]_\w{20,}|xox[abprs]-[\w-]{10,}|AKIA[A-Z0-9]{16}|AIza[\w-]{30,}|tl_[a-z]+_[\w-]{20,})/g;

/** Minimum length of a token: longer than common ids (ULID 26, Mongo's ObjectId 24, nanoid 21). */
const TOKEN_MIN_LENGTH = 32;
const LONG_RUN = new RegExp(`[\\w~+-]{${TOKEN_MIN_LENGTH},}={0,2}`, "g");
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/**
 * Share of neighbouring characters of different kinds (lower, upper, digit): 0.6 on average in random text of all
 * three, 0.3 to 0.5 of two, below 0.2 in lower-case words with dashes.
 */
const RANDOM_SHARE = 0.25;
/** Random letters of both cases reach this share, but so does camel case of short words ("WhatToDoIfYouCanNot"). */
const LETTERS_RANDOM_SHARE = 0.45;
/** Random letters have more pairs of capitals than such words. */
const RANDOM_CAPITAL_RUNS = 3;
/** What separates the words of a readable path. */
const SEPARATOR = /[-_~+=]+/;

/** Path segments after which the next segment may be a token, if it has a digit and at least eight characters. */
const SECRET_PATH =
  /(\/(?:reset|reset-password|password-reset|verify|verify-email|verification|confirm|confirmation|activate|activation|invite|invitation|join|magic|magic-link|token|unsubscribe|auth|callback|share)\/)(?=[^/?#\s]*\d)([^/?#\s[\]]{8,})/gi;

export type MaskedText = { text: string; hasEmail: boolean; hasToken: boolean };

/**
 * The text with likely addresses and tokens replaced by `[email]` and `[token]`. `isPath`: also masks what follows
 * /reset/, /invite/ and similar.
 */
export function maskEmailsAndTokens(text: string, isPath = false): MaskedText {
  const harmless = isPath ? harmlessPaths : harmlessTexts;
  if (harmless.has(text)) return { text, hasEmail: false, hasToken: false };
  const found = maskUncached(text, isPath);
  if (!found.hasEmail && !found.hasToken && text.length <= HARMLESS_MAX_LENGTH) {
    if (harmless.size >= HARMLESS_KEPT) harmless.clear();
    harmless.add(text);
  }
  return found;
}

/**
 * Caches texts with nothing to mask, as pages and titles repeat: 300 KB. Texts that needed masking are not cached.
 */
const harmlessPaths = new Set<string>();
const harmlessTexts = new Set<string>();
const HARMLESS_KEPT = 1_000;
const HARMLESS_MAX_LENGTH = 120;

function maskUncached(text: string, isPath: boolean): MaskedText {
  let masked = text;
  let hasToken = false;
  const maskToken = (): string => {
    hasToken = true;
    return TOKEN_MASK;
  };
  if (isPath) {
    masked = masked.replace(SECRET_PATH, (whole, prefix: string, segment: string) =>
      UUID.test(segment) || !isLikelySecret(segment) ? whole : prefix + maskToken(),
    );
  }
  if (text.length >= 20) {
    masked = maskJwts(masked, maskToken).replace(NAMED_KEY, maskToken);
    masked = masked.replace(LONG_RUN, (run) => (isRandom(run) ? maskToken() : run));
  }
  const withoutEmails = maskEmails(masked);
  return { text: withoutEmails, hasEmail: withoutEmails !== masked, hasToken };
}

/** Scans outwards from each @, a bounded distance to either side: O(length) for any input. */
function maskEmails(text: string): string {
  let masked = "";
  let from = 0;
  for (const at of text.matchAll(AT)) {
    const after = at.index + at[0].length;
    const local = localPart(text, Math.max(from, at.index - LOCAL_MAX_LENGTH), at.index);
    const domain = DOMAIN.exec(text.slice(after, after + DOMAIN_MAX_LENGTH))?.[0];
    if (!local || !domain) continue;
    masked += text.slice(from, at.index - local.length) + EMAIL_MASK;
    from = after + domain.length;
  }
  return from === 0 ? text : masked + text.slice(from);
}

/** The part before an @ that may belong to an address, read backwards from `to` to `from` at most. */
function localPart(text: string, from: number, to: number): string {
  let start = to;
  while (start > from && !NOT_LOCAL.test(text[start - 1] as string)) start--;
  return text.slice(start, to);
}

/**
 * Masks JSON Web Tokens, whole or their first two parts. Reads them part by part, O(length), as a regular expression
 * would backtrack from each "eyJ".
 */
const maskJwts = (text: string, maskToken: () => string): string =>
  text.includes(JWT_START) ? text.replace(JWT_RUN, (run) => maskJwtsIn(run, maskToken)) : text;

function maskJwtsIn(run: string, maskToken: () => string): string {
  const parts = run.split(".");
  const out: string[] = [];
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at] as string;
    const start = jwtStart(part);
    const isToken = part.length - start >= JWT_MIN_LENGTHS[0] && (parts[at + 1]?.length ?? 0) >= JWT_MIN_LENGTHS[1];
    if (start === -1 || !isToken) {
      out.push(part);
      continue;
    }
    out.push(part.slice(0, start) + maskToken());
    at += at + 2 < parts.length ? 2 : 1; // the payload, and the signature if there is one
  }
  return out.join(".");
}

/** Where a token begins in a part, at its start or after a dash; -1 if there is none. */
function jwtStart(part: string): number {
  if (part.startsWith(JWT_START)) return 0;
  const dash = part.indexOf(`-${JWT_START}`);
  return dash === -1 ? -1 : dash + 1;
}

/**
 * Excludes plain words after such a segment ("/join/team-2024-berlin"). Hexadecimal with digits in two places is none,
 * however long its rows of letters ("4f7cdeadbeef09").
 */
const isLikelySecret = (text: string): boolean =>
  changes(text) / text.length >= RANDOM_SHARE || /^\d{8,}$/.test(text) || /^[a-f]*\d+[a-f]+\d[a-f\d]*$/i.test(text);

/**
 * Whether a run of TOKEN_MIN_LENGTH is random rather than words. The share alone misses one hexadecimal token in a
 * hundred and one of base32 in four; but few words are that long.
 */
function isRandom(run: string): boolean {
  if (UUID.test(run)) return false;
  const share = changes(run) / run.length;
  const isMixed =
    countOf(run, /\d/g) >= 2
      ? share >= RANDOM_SHARE
      : share >= LETTERS_RANDOM_SHARE && countOf(run, /[A-Z]{2,}/g) >= RANDOM_CAPITAL_RUNS;
  return isMixed || run.split(SEPARATOR).some(isTooLongForWord);
}

const countOf = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

/** With a digit, and letters of one case, as camel case may be long. Also masks a hashtag of 32 letters and a year. */
const isTooLongForWord = (part: string): boolean =>
  part.length >= TOKEN_MIN_LENGTH && /\d/.test(part) && !(/[a-z]/.test(part) && /[A-Z]/.test(part));

/** How often the kind of character changes between neighbours. */
function changes(text: string): number {
  let count = 0;
  let before = "";
  for (const character of text) {
    const kind = /[a-z]/.test(character) ? "a" : /[A-Z]/.test(character) ? "A" : /\d/.test(character) ? "0" : "";
    if (kind !== "" && before !== "" && kind !== before) count++;
    if (kind !== "") before = kind;
  }
  return count;
}
