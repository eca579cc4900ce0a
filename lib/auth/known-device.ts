import { randomBytes } from "node:crypto";
import { isSigned, sign } from "@/lib/auth/sign";

/**
 * A cookie that marks browsers in which somebody has logged in (OWASP: device cookies), for the last five accounts,
 * each with an entry for its e-mail address and one for its member. It grants nothing: it spares the owner the puzzles
 * that strangers' guesses cause, and the mail about a log-in in a new browser. An entry is "number.signature", newest
 * first. Nothing is stored about it on the server.
 */
const ENTRIES_MAX = 10;
const COOKIE_MAX_LENGTH = 1_000;
/** Seconds; browsers keep no cookie for longer. */
export const DEVICE_LIFE_SECONDS = 400 * 24 * 60 * 60;

/** The prefix makes browsers accept the cookie from this very host only, over https. */
export const deviceCookieName = (secure: boolean): string => `${secure ? "__Host-" : ""}throughline-device`;

/**
 * The mark of a browser in which the member has logged in. A new password makes every browser unknown: somebody else
 * may have used one of them. Has spaces, so that it cannot be mistaken for an address.
 */
export const memberMark = ({ id, sessionVersion }: { id: string; sessionVersion: number }): string =>
  `member ${id} ${sessionVersion}`;

/** The number under which this browser is known for `mark`, an address or a `memberMark`; null for an unknown one. */
export function knownDevice(secret: string, cookie: string | undefined, mark: string): string | null {
  for (const entry of entriesOf(cookie)) {
    const [number = "", signature = ""] = entry.split(".");
    if (isSigned(secret, signature, "device", mark, number)) return number;
  }
  return null;
}

/** The cookie for a browser that is known for `mark` from now on. */
export function deviceCookieWith(secret: string, cookie: string | undefined, mark: string): string {
  const number = randomBytes(12).toString("base64url");
  const others = entriesOf(cookie).filter((entry) => knownDevice(secret, entry, mark) === null);
  return [`${number}.${sign(secret, "device", mark, number)}`, ...others].slice(0, ENTRIES_MAX).join("~");
}

const entriesOf = (cookie: string | undefined): string[] =>
  (cookie ?? "")
    .slice(0, COOKIE_MAX_LENGTH)
    .split("~")
    .filter((entry) => /^[\w-]{16}\.[\w-]{43}$/.test(entry))
    .slice(0, ENTRIES_MAX);
