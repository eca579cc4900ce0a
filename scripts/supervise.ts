import { setTimeout as sleep } from "node:timers/promises";
import { backoff } from "@/lib/faults/backoff";

/** How often a look is taken at whether the program still runs, in ms. */
const LOOK_EVERY_MS = 250;
/** Up for this long, it counts as well again: the next end starts with the shortest pause. In ms. */
const WELL_AFTER_MS = 60_000;
const MAX_PAUSE_MS = 30_000;
/** Ends and failed attempts in a row before we give up: about three minutes. */
export const MAX_ATTEMPTS = 10;

/** A program we started, as its supervisor sees it. */
export type Supervised = {
  /** At the start of a sentence, as "Embedded Postgres". */
  name: string;
  isAlive(): boolean;
  /** Rejects with one sentence. */
  restart(): Promise<void>;
};

export type Supervision = {
  /** Rejects, with one sentence, once the program cannot be brought back; else never settles. */
  lost: Promise<never>;
  /** Resolves when a restart under way has ended; from then on nothing is started. */
  stop(): Promise<void>;
};

/**
 * Starts a program again whenever it ends, in growing pauses, and gives up after MAX_ATTEMPTS in a row. `say` gets a
 * line for each.
 */
export function supervise(program: Supervised, say: (line: string) => void): Supervision {
  const stopping = new AbortController();
  const { signal } = stopping;
  const pause = (ms: number) => sleep(ms, undefined, { ref: false, signal }).catch(() => {});
  const pauses = backoff(MAX_PAUSE_MS);
  let attempts = 0;
  let upSince = performance.now();
  /** Why the last attempt failed; null: it worked. */
  let failure: string | null = null;

  const revive = async () => {
    if (attempts === MAX_ATTEMPTS) {
      throw new Error(
        `${program.name} ended and could not be brought back in ${MAX_ATTEMPTS} attempts: ${failure ?? "it ended each time soon after its start"}`,
      );
    }
    attempts += 1;
    const pauseMs = pauses.failed();
    const why = failure === null ? "" : ` (${failure})`;
    say(`${program.name} is not running${why}. Starting it again in ${Math.ceil(pauseMs / 1000)} s.`);
    await pause(pauseMs);
    if (signal.aborted) return;
    try {
      await program.restart();
      failure = null;
      upSince = performance.now();
      say(`${program.name} runs again.`);
    } catch (error) {
      failure = (error as Error).message;
    }
  };
  const watching = (async () => {
    for (; !signal.aborted; await pause(LOOK_EVERY_MS)) {
      if (!program.isAlive()) await revive();
      else if (attempts > 0 && performance.now() - upSince > WELL_AFTER_MS) {
        attempts = 0;
        pauses.worked();
      }
    }
  })();
  const lost = new Promise<never>((_, reject) => watching.catch(reject));
  lost.catch(() => {}); // whoever waits for it hears of it
  return {
    lost,
    stop: async () => {
      stopping.abort();
      await watching.catch(() => {});
    },
  };
}
