import { setTimeout as wait } from "node:timers/promises";
import { backoff } from "@/lib/faults/backoff";

/** How often to check that the program is running, in ms. */
const CHECK_EVERY_MS = 250;
/** After this uptime the retry delay resets, in ms. */
const STABLE_AFTER_MS = 60_000;
const MAX_PAUSE_MS = 30_000;
/** Consecutive exits and failed restarts before giving up: about three minutes. */
export const MAX_ATTEMPTS = 10;

/** A supervised program. */
export type Supervised = {
  /** Name at the start of a sentence, such as "Embedded Postgres". */
  name: string;
  isAlive(): boolean;
  /** Rejects with a readable message. */
  restart(): Promise<void>;
};

export type Supervision = {
  /** Rejects with a readable message once the program cannot be restarted; otherwise never settles. */
  lost: Promise<never>;
  /** Stops supervising; resolves when a restart in progress has ended. */
  stop(): Promise<void>;
};

/**
 * Restarts a program whenever it ends, with exponential backoff, and gives up after MAX_ATTEMPTS in a row. `log` gets a
 * line for each. Tests pass a shorter `sleep`.
 */
export function supervise(program: Supervised, log: (line: string) => void, sleep: typeof wait = wait): Supervision {
  const stopping = new AbortController();
  const { signal } = stopping;
  const pause = (ms: number) => sleep(ms, undefined, { ref: false, signal }).catch(() => {});
  const pauses = backoff(MAX_PAUSE_MS);
  let attempts = 0;
  let upSince = performance.now();
  /** The reason for the last failure; null if the attempt succeeded. */
  let failure: string | null = null;

  const revive = async () => {
    if (attempts === MAX_ATTEMPTS) {
      throw new Error(
        `${program.name} exited and could not be restarted in ${MAX_ATTEMPTS} attempts: ${failure ?? "it exited soon after each start"}`,
      );
    }
    attempts += 1;
    const pauseMs = pauses.failed();
    const why = failure === null ? "" : ` (${failure})`;
    log(`${program.name} is not running${why}. Restarting it in ${Math.ceil(pauseMs / 1000)} s.`);
    await pause(pauseMs);
    if (signal.aborted) return;
    try {
      await program.restart();
      failure = null;
      upSince = performance.now();
      log(`${program.name} is running again.`);
    } catch (error) {
      failure = (error as Error).message;
    }
  };
  const watching = (async () => {
    for (; !signal.aborted; await pause(CHECK_EVERY_MS)) {
      if (!program.isAlive()) await revive();
      else if (attempts > 0 && performance.now() - upSince > STABLE_AFTER_MS) {
        attempts = 0;
        pauses.worked();
      }
    }
  })();
  const lost = new Promise<never>((_, reject) => watching.catch(reject));
  lost.catch(() => {}); // the rejection is reported to whoever awaits it
  return {
    lost,
    stop: async () => {
      stopping.abort();
      await watching.catch(() => {});
    },
  };
}
