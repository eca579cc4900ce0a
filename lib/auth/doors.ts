import { Puzzles } from "@/lib/auth/puzzles";
import { type Counted, LogInThrottle, SignUpThrottle, Tally } from "@/lib/auth/throttle";
import { config } from "@/lib/config";
import { pool } from "@/lib/db/pool";
import { logFault } from "@/lib/faults/log";
import { hashOfNetwork } from "@/lib/limits/meters.store";
import { addToTallies, tallyLevels } from "@/lib/limits/tallies.store";

/**
 * How often members may try their own password again within an hour, so that somebody who borrows a browser cannot
 * guess it.
 */
const OWN_TRIES = 20;
const HOUR_MS = 60 * 60_000;

/** How often a network may start to log in through a provider: each time we ask the provider something. */
const LEAVES_PER_NETWORK = 100;
/** How often a network may try to accept an invitation: each may cost a password's hash. A whole office may join. */
const ACCEPTS_PER_NETWORK = 100;
/** How many new passwords a network may have judged while they are typed: one of them costs up to 40 ms. */
const JUDGED_PER_NETWORK = 500;
const QUARTER_MS = 15 * 60_000;

/** What is throttled; each holds over all processes (`counting`). */
export type Doors = {
  logIn: LogInThrottle;
  signUp: SignUpThrottle;
  reset: SignUpThrottle;
  own: Tally;
  leave: Tally;
  accept: Tally;
  judge: Tally;
};

export function newDoors(): Doors {
  const puzzles = new Puzzles(config().AUTH_SECRET);
  return {
    logIn: new LogInThrottle(puzzles),
    signUp: new SignUpThrottle(puzzles),
    reset: new SignUpThrottle(puzzles, "reset"),
    own: new Tally(OWN_TRIES, HOUR_MS, { name: "own" }),
    leave: new Tally(LEAVES_PER_NETWORK, QUARTER_MS, { name: "leave" }),
    accept: new Tally(ACCEPTS_PER_NETWORK, QUARTER_MS, { name: "accept" }),
    judge: new Tally(JUDGED_PER_NETWORK, QUARTER_MS, { name: "judge" }),
  };
}

const shared = globalThis as typeof globalThis & { throughlineDoors?: Doors };

/** On globalThis, because Next holds a copy of this module for each of its bundles. */
export const doors = (): Doors => (shared.throughlineDoors ??= newDoors());

/**
 * Decides by what all processes counted, and tells them what it counted: a statement each, where a password costs
 * twenty milliseconds. Requests at the very same time may each find the last free attempt. While the database does not
 * answer, counts hold per process. Keys are stored as hashes: no address and no network is.
 */
export async function counting<T>(counted: readonly Counted[], now: number, decide: () => T): Promise<T> {
  await learn(counted, now);
  try {
    return decide();
  } finally {
    await tell(counted);
  }
}

const rowOf = ([tally, key]: Counted) => ({ key: hashOfNetwork(`try ${tally.name}`, key), perSecond: tally.perSecond });

async function learn(counted: readonly Counted[], now: number): Promise<void> {
  try {
    const levels = await tallyLevels(pool(), counted.map(rowOf));
    for (const [at, [tally, key]] of counted.entries()) tally.learn(key, levels[at] ?? 0, now);
  } catch (error) {
    logFault("attempts of other processes could not be read", error);
  }
}

/** Tells the other processes what was counted of these here, also if it was given back. */
export async function tell(counted: readonly Counted[]): Promise<void> {
  const amounts = counted.flatMap(([tally, key]) => {
    const amount = tally.take(key);
    return amount === 0 ? [] : [{ ...rowOf([tally, key]), amount, most: tally.most }];
  });
  if (amounts.length === 0) return;
  try {
    await addToTallies(pool(), amounts);
  } catch (error) {
    logFault("attempts could not be shared with other processes", error);
  }
}
