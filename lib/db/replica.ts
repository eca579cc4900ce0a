import { config } from "@/lib/config";
import { logFault } from "@/lib/faults/log";
import { Lag } from "./lag";
import { createPool, type Pool, pool } from "./pool";
import { replayedWalPositionOf, walPositionOf } from "./replica.queries";

/** How often the replica's lag is measured; in between, it is assumed to grow. */
const CHECK_EVERY_MS = 1_000;
/** A replica that does not answer within this time is unreachable. */
const ANSWER_MS = 2_000;

type Replica = { pool: Pool; lag: Lag; timer: ReturnType<typeof setInterval>; isChecking: boolean };

const shared = globalThis as typeof globalThis & { throughlineReplica?: Replica };

/** The replica's pool; null without one, and while it is unreachable or too far behind. */
export function replicaInTime(): Pool | null {
  const replica = watchedReplica();
  if (!replica) return null;
  return replica.lag.at(performance.now()) <= config().READ_MAX_LAG_SECONDS * 1_000 ? replica.pool : null;
}

/**
 * How far the replica is behind, in seconds; Infinity if it is unreachable or not a replica of this primary; null
 * without one.
 */
export function replicaLag(): number | null {
  const replica = watchedReplica();
  return replica && replica.lag.at(performance.now()) / 1_000;
}

/** The replica, watched from its first use; null without one. */
function watchedReplica(): Replica | null {
  const { READ_DATABASE_URL } = config();
  if (READ_DATABASE_URL === "") return null;
  shared.throughlineReplica ??= watch(READ_DATABASE_URL);
  return shared.throughlineReplica;
}

function watch(url: string): Replica {
  const made = createPool(url, undefined, { connectionTimeoutMillis: ANSWER_MS });
  const timer = setInterval(() => void check(replica), CHECK_EVERY_MS).unref();
  const replica: Replica = { pool: made, lag: new Lag(), timer, isChecking: false };
  void check(replica);
  return replica;
}

/** Measures the lag. One check at a time, as they would pile up if the replica hangs. */
async function check(replica: Replica): Promise<void> {
  if (replica.isChecking) return;
  replica.isChecking = true;
  try {
    replica.lag.recordWritten(await walPositionOf(pool()), performance.now());
    const replayed = await replayedWalPositionOf(replica.pool, ANSWER_MS);
    replica.lag.recordReplayed(replayed, performance.now());
    if (replayed === null) logFault("READ_DATABASE_URL is not used", new Error("It is no replica."));
  } catch (error) {
    replica.lag.recordLost();
    logFault("The replica's lag could not be measured", error);
  } finally {
    replica.isChecking = false;
  }
}

/** Stops watching the replica and ends its pool, if there is one. */
export async function endReplica(): Promise<void> {
  const replica = shared.throughlineReplica;
  if (!replica) return;
  clearInterval(replica.timer);
  delete shared.throughlineReplica;
  await replica.pool.end();
}
