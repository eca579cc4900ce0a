import { sha256 } from "@noble/hashes/sha2.js";

/**
 * A proof of work, for browser and server alike: find a number that, hashed with SHA-256 after the puzzle's own hash,
 * gives a given number of leading zero bits. Plain SHA-256 in JavaScript rather than WebCrypto, which browsers withhold
 * from pages over plain http.
 */

/**
 * The most bits of a puzzle, whose text begins with them: "18.…". A browser needs about ten seconds for this many.
 */
export const MAX_PUZZLE_BITS = 23;
/** Attempts between two checks of the clock. */
const SLICE = 500;
/** How long solving may block the page, in ms. */
const PAUSE_AFTER_MS = 25;

export const puzzleBits = (puzzle: string): number => {
  const bits = /^(\d{1,2})\./.exec(puzzle)?.[1];
  return bits === undefined ? Number.NaN : Number(bits);
};

/** One SHA-256 block: the puzzle's hash, with room for a number after it. */
function blockOf(puzzle: string): { block: Uint8Array; view: DataView } {
  const block = new Uint8Array(40);
  block.set(sha256(new TextEncoder().encode(puzzle)));
  return { block, view: new DataView(block.buffer) };
}

/** Whether `answer` solves `puzzle`. */
export function isPuzzleSolution(puzzle: string, answer: number): boolean {
  if (!Number.isSafeInteger(answer) || answer < 0) return false;
  const { block, view } = blockOf(puzzle);
  view.setFloat64(32, answer);
  return leadingZeros(sha256(block)) >= puzzleBits(puzzle);
}

/** Solves a puzzle, yielding to the page in between. Rejects when `signal` aborts, and for malformed puzzles. */
export async function solvePuzzle(puzzle: string, signal?: AbortSignal): Promise<number> {
  const bits = puzzleBits(puzzle);
  if (!(bits <= MAX_PUZZLE_BITS)) throw new Error("This is not one of our puzzles.");
  const { block, view } = blockOf(puzzle);
  let yieldedAt = Date.now();
  for (let answer = 0; ; answer++) {
    view.setFloat64(32, answer);
    if (leadingZeros(sha256(block)) >= bits) return answer;
    if (answer % SLICE === 0 && Date.now() - yieldedAt > PAUSE_AFTER_MS) {
      await new Promise((next) => setTimeout(next));
      signal?.throwIfAborted();
      yieldedAt = Date.now();
    }
  }
}

function leadingZeros(hash: Uint8Array): number {
  let zeros = 0;
  for (const byte of hash) {
    if (byte !== 0) return zeros + Math.clz32(byte) - 24;
    zeros += 8;
  }
  return zeros;
}
