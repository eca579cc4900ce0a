import { Puzzles } from "@/lib/auth/puzzles";
import { type CountedKey, LogInThrottle, SignUpThrottle, Tally } from "@/lib/auth/throttle";
import { config } from "@/lib/config";
import { pool } from "@/lib/db/pool";
import { logFault } from "@/lib/faults/log";
import { hashOfNetwork } from "@/lib/limits/meters.store";
import { addToTallies, tallyLevels } from "@/lib/limits/tallies.store";

/**
 * How often members may enter their own password again within an hour, so that somebody who borrows a browser cannot
 * guess it.
 */
const OWN_TRIES = 20;
const HOUR_MS = 60 * 60_000;

/** How often a network may start a log-in through a provider: each costs a request to the provider. */
const LEAVES_PER_NETWORK = 100;
/** How often a network may try to accept an invitation, which may cost a password hash. A whole office may join. */
const ACCEPTS_PER_NETWORK = 100;
/** How many new passwords a network may have rated while they are typed: each costs up to 40 ms. */
const RATED_PER_NETWORK = 500;
const QUARTER_MS = 15 * 60_000;

/** What is throttled, each over all processes (`withSharedCounts`). */
export type Throttles = {
  logIn: LogInThrottle;
  signUp: SignUpThrottle;
  reset: SignUpThrottle;
  own: Tally;
  leave: Tally;
  accept: Tally;
  judge: Tally;
};

export function newThrottles(): Throttles {
  const puzzles = new Puzzles(config().AUTH_SECRET);
  return {
    logIn: new LogInThrottle(puzzles),
    signUp: new SignUpThrottle(puzzles),
    reset: new SignUpThrottle(puzzles, "reset"),
    own: new Tally(OWN_TRIES, HOUR_MS, { name: "own" }),
    leave: new Tally(LEAVES_PER_NETWORK, QUARTER_MS, { name: "leave" }),
    accept: new Tally(ACCEPTS_PER_NETWORK, QUARTER_MS, { name: "accept" }),
    judge: new Tally(RATED_PER_NETWORK, QUARTER_MS, { name: "judge" }),
  };
}

const shared = globalThis as typeof globalThis & { throughlineThrottles?: Throttles };

/** On globalThis, because Next holds a copy of this module for each of its bundles. */
export const throttles = (): Throttles => (shared.throughlineThrottles ??= newThrottles());

/**
 * Runs `decide` with the counts of all processes, then shares what it counted: two statements, while hashing a password
 * takes twenty milliseconds. Simultaneous requests may each find the last free attempt. While the database is
 * unreachable, counts hold per process. Keys are stored as hashes, never as addresses or networks.
 */
export async function withSharedCounts<T>(counted: readonly CountedKey[], now: number, decide: () => T): Promise<T> {
  await readCounts(counted, now);
  try {
    return decide();
  } finally {
    await shareCounts(counted);
  }
}

const rowOf = ([tally, key]: CountedKey) => ({
  key: hashOfNetwork(`try ${tally.name}`, key),
  perSecond: tally.perSecond,
});

async function readCounts(counted: readonly CountedKey[], now: number): Promise<void> {
  try {
    const levels = await tallyLevels(pool(), counted.map(rowOf));
    for (const [index, [tally, key]] of counted.entries()) tally.learn(key, levels[index] ?? 0, now);
  } catch (error) {
    logFault("attempts of other processes could not be read", error);
  }
}

/** Adds what this process counted, refunds included, to the counts of all processes. */
export async function shareCounts(counted: readonly CountedKey[]): Promise<void> {
  const amounts = counted.flatMap(([tally, key]) => {
    const amount = tally.take(key);
    return amount === 0 ? [] : [{ ...rowOf([tally, key]), amount, max: tally.max }];
  });
  if (amounts.length === 0) return;
  try {
    await addToTallies(pool(), amounts);
  } catch (error) {
    logFault("attempts could not be shared with other processes", error);
  }
}
