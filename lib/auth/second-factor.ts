import { createHmac, randomBytes, randomInt } from "node:crypto";
import { Secret, TOTP } from "otpauth";
import { reseal, type Secrets, seal, unseal } from "@/lib/seal";

/** Seconds a code is valid, and its digits: what every authenticator app expects. */
const PERIOD_SECONDS = 30;
const DIGITS = 6;
/** How many steps before and after the current one are accepted: phones' clocks differ. */
const WINDOW_STEPS = 1;
/** 160 bits, as RFC 4226 advises. */
const SECRET_BYTES = 20;
export const RECOVERY_CODES = 10;
/** Has no characters that look alike; 12 of these 31 give 59 bits. */
const RECOVERY_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz";
const RECOVERY_LENGTH = 12;

export const newFactorSecret = (): Buffer => randomBytes(SECRET_BYTES);

const totp = (secret: Uint8Array, account = ""): TOTP =>
  new TOTP({
    issuer: "Throughline",
    label: account || "account",
    period: PERIOD_SECONDS,
    digits: DIGITS,
    secret: new Secret({ buffer: Uint8Array.from(secret).buffer }),
  });

/** What an authenticator app reads from the QR code, and what is typed if there is no camera. */
export function enrolment(secret: Uint8Array, account: string): { uri: string; typed: string } {
  const key = totp(secret, account);
  return { uri: key.toString(), typed: (key.secret.base32.match(/.{1,4}/g) ?? []).join(" ") };
}

/** The time step of a code, if it is later than `after`: a code is valid once. null for any other text. */
export function timeStepOfCode(secret: Uint8Array, code: string, after: number, now: number): number | null {
  const digits = code.replace(/\s/g, "");
  if (!/^\d{6}$/.test(digits)) return null;
  const delta = totp(secret).validate({ token: digits, timestamp: now, window: WINDOW_STEPS });
  if (delta === null) return null;
  const step = Math.floor(now / 1000 / PERIOD_SECONDS) + delta;
  return step > after ? step : null;
}

/** Codes that each open the account once without the phone: "abcd-efgh-jkmn". */
export const newRecoveryCodes = (): string[] =>
  Array.from({ length: RECOVERY_CODES }, () =>
    Array.from({ length: RECOVERY_LENGTH }, (_, at) => {
      const letter = RECOVERY_ALPHABET[randomInt(RECOVERY_ALPHABET.length)] ?? "";
      return at > 0 && at % 4 === 0 ? `-${letter}` : letter;
    }).join(""),
  );

/**
 * A recovery code as it is stored, whatever its case and hyphens; null for a text that is not one. `key`: the second
 * factor's own secret, so that codes outlive a change of AUTH_SECRET; older codes were hashed with AUTH_SECRET.
 */
export function hashRecoveryCode(key: string | Uint8Array, code: string): Buffer | null {
  const letters = code.toLowerCase().replace(/[\s-]/g, "");
  if (letters.length !== RECOVERY_LENGTH) return null;
  return createHmac("sha256", key).update(`recovery ${letters}`).digest();
}

const sealOf = (memberId: string) => ({ purpose: "second factor" as const, owner: memberId });

/** The secret as it is stored, encrypted for this member alone. */
export const sealFactorSecret = (secrets: Secrets, memberId: string, secret: Uint8Array): Buffer =>
  seal(secrets, sealOf(memberId), secret);

/**
 * The secret as it was before `sealFactorSecret`. Throws if it was sealed with another AUTH_SECRET or for another
 * member.
 */
export const openFactorSecret = (secrets: Secrets, memberId: string, stored: Uint8Array): Buffer =>
  unseal(secrets, sealOf(memberId), stored);

/** The secret sealed with the current AUTH_SECRET; null if it already is. Throws like `openFactorSecret`. */
export const resealFactorSecret = (secrets: Secrets, memberId: string, stored: Uint8Array): Buffer | null =>
  reseal(secrets, sealOf(memberId), stored);
