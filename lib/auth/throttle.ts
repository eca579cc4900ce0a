import { MAX_PUZZLE_BITS } from "@/lib/auth/puzzle";
import type { Puzzles } from "@/lib/auth/puzzles";
import { AppError } from "@/lib/errors";
import { networkName } from "@/lib/http/network";
import { type Lru, lru } from "@/lib/lru";

/**
 * Throttles log-ins and sign-ups without lock-outs: beyond the free attempts, an unknown browser must solve a puzzle
 * for each attempt, the harder the more attempts there were. A device with which its owner has logged in has its own
 * count. docs/decisions/0041-throttling.md.
 */
const QUARTER_MS = 15 * 60_000;
const HOUR_MS = 60 * 60_000;

/** Free failures: enough for a forgetful person, for an office behind one address, and for all strangers together. */
export const FREE_PER_EMAIL = 10;
export const FREE_PER_NETWORK = 50;
export const FREE_IN_ALL = 300;
export const FREE_SIGN_UPS_PER_NETWORK = 20;
export const FREE_SIGN_UPS_IN_ALL = 200;
/** After this many sign-ups within an hour all are refused; no real team has as many newcomers. */
export const MAX_SIGN_UPS = 1_000;

/** The cost of the first attempt beyond the free ones; about a tenth of a second on a laptop. */
const FIRST_BITS = 15;
/**
 * The most attempts counted beyond the free ones: that many cost MAX_PUZZLE_BITS, and are forgiven within hours rather
 * than days.
 */
const EXCESS_MAX = 2 ** (MAX_PUZZLE_BITS - FIRST_BITS);

/** The most keys remembered, about 150 bytes each; the least recently used is evicted first. */
const KEYS_MAX = 50_000;

type TallyOptions = { max?: number; keysMax?: number; name?: string };

/**
 * Counts recent attempts per key: a leaky bucket that leaks `free` per window. In memory; with a name, processes share
 * their counts (lib/auth/throttles.ts).
 */
export class Tally {
  private readonly levels: Lru<{ level: number; at: number }>;
  /** Counted here, and not shared with other processes yet. */
  private readonly unshared: Lru<number>;
  readonly max: number;
  readonly name: string;
  readonly perSecond: number;

  constructor(
    private readonly free: number,
    private readonly windowMs: number,
    { max = free + EXCESS_MAX, keysMax = KEYS_MAX, name = "" }: TallyOptions = {},
  ) {
    this.levels = lru(keysMax);
    this.unshared = lru(keysMax);
    this.max = max;
    this.name = name;
    this.perSecond = (free / windowMs) * 1_000;
  }

  /** Adopts what all processes counted, unless this one counted more. */
  learn(key: string, level: number, now: number): void {
    if (level > this.level(key, now)) this.levels.set(key, { level: Math.min(this.max, level), at: now });
  }

  /** Returns what this process has counted since the last call, to share it. */
  take(key: string): number {
    const amount = this.unshared.get(key) ?? 0;
    this.unshared.delete(key);
    return amount;
  }

  level(key: string, now: number): number {
    const last = this.levels.get(key);
    return last ? Math.max(0, last.level - (Math.max(0, now - last.at) * this.free) / this.windowMs) : 0;
  }

  add(key: string, now: number, count = 1): void {
    this.levels.set(key, { level: Math.max(0, Math.min(this.max, this.level(key, now) + count)), at: now });
    if (this.name !== "") this.unshared.set(key, (this.unshared.get(key) ?? 0) + count);
  }

  /**
   * The bits that the next attempt costs; 0 while there are free ones. Each doubling of the excess costs one more bit,
   * twice the work.
   */
  bits(key: string, now: number): number {
    const excess = Math.ceil(this.level(key, now)) - this.free;
    return excess < 0 ? 0 : Math.min(MAX_PUZZLE_BITS, FIRST_BITS + Math.floor(Math.log2(1 + excess)));
  }
}

const EVERYBODY = "all";

/** A tally and the key counted in it. */
export type CountedKey = [Tally, string];
type ThrottledLogIn = { email: string; address: string | null; device: string | null; proof: string };

/** `puzzle`: to solve first. `succeed`: the attempt is admitted and counted; to call if it succeeds, to uncount it. */
export type Admission = { puzzle: string } | { succeed: () => void };

export class LogInThrottle {
  private readonly emails = new Tally(FREE_PER_EMAIL, QUARTER_MS, { name: "e-mail" });
  private readonly networks = new Tally(FREE_PER_NETWORK, QUARTER_MS, { name: "network" });
  private readonly all = new Tally(FREE_IN_ALL, QUARTER_MS, { name: "strangers" });
  private readonly devices = new Tally(FREE_PER_EMAIL, QUARTER_MS, { name: "device" });

  constructor(private readonly puzzles: Puzzles) {}

  /**
   * Counts a log-in as failed before its password is checked, so that concurrent guesses cannot all slip through.
   * `device`: the number under which the browser is known for this e-mail. A device that fails too often counts as
   * unknown.
   */
  admit(attempt: ThrottledLogIn, now: number): Admission {
    const { email, device } = attempt;
    if (device !== null && this.devices.bits(device, now) === 0) {
      this.devices.add(device, now);
      return { succeed: () => this.devices.add(device, now, -1) };
    }
    return admitStranger(this.puzzles, `log in ${email}`, this.strangerCounts(attempt), attempt.proof, now);
  }

  /** Everything that `admit` may count for the attempt. */
  counted(attempt: ThrottledLogIn): CountedKey[] {
    return [
      ...this.strangerCounts(attempt),
      ...(attempt.device === null ? [] : [[this.devices, attempt.device] as CountedKey]),
    ];
  }

  private strangerCounts({ email, address }: ThrottledLogIn): CountedKey[] {
    return [
      [this.emails, email],
      [this.networks, networkName(address)],
      [this.all, EVERYBODY],
    ];
  }
}

/** For what strangers may start: a sign-up, a password reset. */
export class SignUpThrottle {
  private readonly networks: Tally;
  private readonly all: Tally;

  /** `subject`: what a solved puzzle allows. */
  constructor(
    private readonly puzzles: Puzzles,
    private readonly subject = "sign up",
  ) {
    this.networks = new Tally(FREE_SIGN_UPS_PER_NETWORK, HOUR_MS, { name: `${subject} network` });
    this.all = new Tally(FREE_SIGN_UPS_IN_ALL, HOUR_MS, { name: `${subject} strangers`, max: MAX_SIGN_UPS });
  }

  /** Everything that `admit` may count. */
  counted(address: string | null): CountedKey[] {
    return [
      [this.networks, networkName(address)],
      [this.all, EVERYBODY],
    ];
  }

  /** Counts an attempt, successful or not: each costs a hash or a mail. Throws `rate_limited`. */
  admit(address: string | null, proof: string, now: number): Admission {
    if (this.all.level(EVERYBODY, now) > MAX_SIGN_UPS - 1) {
      throw new AppError("rate_limited", "Too many people tried this within an hour. Try again later.", {
        retryAfterSeconds: 600,
      });
    }
    return admitStranger(this.puzzles, this.subject, this.counted(address), proof, now);
  }
}

function admitStranger(
  puzzles: Puzzles,
  subject: string,
  counted: CountedKey[],
  proof: string,
  now: number,
): Admission {
  const bits = Math.max(...counted.map(([tally, key]) => tally.bits(key, now)));
  if (bits > 0 && !puzzles.accepts(proof, subject, bits, now)) return { puzzle: puzzles.make(subject, bits, now) };
  for (const [tally, key] of counted) tally.add(key, now);
  return {
    succeed: () => {
      for (const [tally, key] of counted) tally.add(key, now, -1);
    },
  };
}
