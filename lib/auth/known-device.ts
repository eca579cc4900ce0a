import { randomBytes } from "node:crypto";
import { isSigned, sign } from "@/lib/auth/sign";

/**
 * Marks browsers that have logged in with an e-mail address (OWASP: device cookies). The cookie grants nothing; it only
 * spares the owner the puzzles caused by strangers guessing at the address. An entry is "number.signature", one for
 * each of the last few addresses, newest first.
 */
const ENTRIES_MAX = 5;
const COOKIE_MAX_LENGTH = 1_000;
/** Seconds; browsers keep no cookie for longer. */
export const DEVICE_LIFE_SECONDS = 400 * 24 * 60 * 60;

/** The prefix makes browsers accept the cookie from this very host only, over https. */
export const deviceCookieName = (secure: boolean): string => `${secure ? "__Host-" : ""}throughline-device`;

/** The number under which this browser is known for `email`; null for an unknown browser. */
export function knownDevice(secret: string, cookie: string | undefined, email: string): string | null {
  for (const entry of entriesOf(cookie)) {
    const [number = "", signature = ""] = entry.split(".");
    if (isSigned(secret, signature, "device", email, number)) return number;
  }
  return null;
}

/** The cookie for a browser that has just logged in as `email`. */
export function withDevice(secret: string, cookie: string | undefined, email: string): string {
  const number = randomBytes(12).toString("base64url");
  const others = entriesOf(cookie).filter((entry) => knownDevice(secret, entry, email) === null);
  return [`${number}.${sign(secret, "device", email, number)}`, ...others].slice(0, ENTRIES_MAX).join("~");
}

const entriesOf = (cookie: string | undefined): string[] =>
  (cookie ?? "")
    .slice(0, COOKIE_MAX_LENGTH)
    .split("~")
    .filter((entry) => /^[\w-]{16}\.[\w-]{43}$/.test(entry))
    .slice(0, ENTRIES_MAX);
