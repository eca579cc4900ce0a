import { LRUCache } from "lru-cache";
import { AppError } from "@/lib/errors";
import { isInnerAddress } from "@/lib/http/inner-address";

/** Length in milliseconds of the window failed log-ins are counted in. */
export const LOGIN_WINDOW_MS = 15 * 60 * 1000;
/** Failed log-ins a window for one e-mail address: enough for a forgetful person, far too few to guess 10 characters. */
export const LOGIN_FAILURES_PER_EMAIL = 10;
/** Failed log-ins a window for one IP address, which an office of many people may share. */
export const LOGIN_FAILURES_PER_IP = 50;

/** Length in milliseconds of the window sign-ups are counted in, and how many one address gets in it: a class of people, no flood. */
const SIGN_UP_WINDOW_MS = 60 * 60 * 1000;
export const SIGN_UPS_PER_IP = 20;

/** Keys remembered at most; the least recently tried is forgotten first. About 100 bytes and 8 a failure each. */
const KEYS_MAX = 50_000;

/**
 * How many things happened to a key in the last `windowMs`: a sliding window, so there is no edge at which twice the
 * limit passes. Kept in memory, hence per process and forgotten at a restart: docs/decisions/0006-passwords.md.
 */
export class SlidingWindow {
  private readonly times: LRUCache<string, number[]>;

  constructor(
    private readonly limit: number,
    private readonly windowMs: number,
    keysMax = KEYS_MAX,
  ) {
    this.times = new LRUCache({ max: keysMax });
  }

  /** Milliseconds until `key` may try again; 0: now. O(limit). */
  waitMs(key: string, now: number): number {
    const recent = this.recent(key, now);
    const oldest = recent[recent.length - this.limit];
    return oldest === undefined ? 0 : oldest + this.windowMs - now;
  }

  /** Counts one for `key`. */
  add(key: string, now: number): void {
    this.times.set(key, [...this.recent(key, now), now].slice(-this.limit));
  }

  /** Takes back one that was counted at `at`. */
  remove(key: string, at: number): void {
    const times = this.times.get(key);
    const index = times?.lastIndexOf(at) ?? -1;
    if (index >= 0) times?.splice(index, 1);
  }

  forget(key: string): void {
    this.times.delete(key);
  }

  private recent(key: string, now: number): number[] {
    return (this.times.get(key) ?? []).filter((time) => time > now - this.windowMs);
  }
}

export type LoginLimits = { email: SlidingWindow; ip: SlidingWindow };

export const newLoginLimits = (): LoginLimits => ({
  email: new SlidingWindow(LOGIN_FAILURES_PER_EMAIL, LOGIN_WINDOW_MS),
  ip: new SlidingWindow(LOGIN_FAILURES_PER_IP, LOGIN_WINDOW_MS),
});

/**
 * Counts a log-in as failed before its password is looked at, so that guesses sent at once cannot all slip through,
 * and returns what to call when it succeeded. Throws `rate_limited` with the seconds to wait. `ip` null: not known.
 */
export function startLogin(limits: LoginLimits, email: string, ip: string | null, now: number): () => void {
  const waitMs = Math.max(limits.email.waitMs(email, now), ip === null ? 0 : limits.ip.waitMs(ip, now));
  if (waitMs > 0) {
    const minutes = Math.ceil(waitMs / 60_000);
    throw new AppError(
      "rate_limited",
      `Too many failed log-ins. Try again in ${minutes === 1 ? "a minute" : `${minutes} minutes`}.`,
      { retryAfterSeconds: Math.ceil(waitMs / 1000) },
    );
  }
  limits.email.add(email, now);
  if (ip !== null) limits.ip.add(ip, now);
  return () => {
    limits.email.forget(email);
    if (ip !== null) limits.ip.remove(ip, now);
  };
}

export const newSignUpLimit = (): SlidingWindow => new SlidingWindow(SIGN_UPS_PER_IP, SIGN_UP_WINDOW_MS);

/**
 * Counts a sign-up, whether or not it will succeed: each costs a hash of the password and says whether an address is taken.
 * Throws `rate_limited` with the seconds to wait. `ip` null or an inner address: not counted.
 */
export function countSignUp(limit: SlidingWindow, ip: string | null, now: number): void {
  if (ip === null || isInnerAddress(ip)) return;
  const waitMs = limit.waitMs(ip, now);
  if (waitMs > 0) {
    throw new AppError("rate_limited", "Too many people signed up from your network within an hour. Try again later.", {
      retryAfterSeconds: Math.ceil(waitMs / 1000),
    });
  }
  limit.add(ip, now);
}
