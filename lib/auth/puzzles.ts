import { randomBytes } from "node:crypto";
import { isPuzzleSolution, puzzleBits } from "@/lib/auth/puzzle";
import { isSigned, sign } from "@/lib/auth/sign";
import { lru } from "@/lib/lru";

/** How long a puzzle stays valid, in ms: a slow phone takes minutes for the hardest. */
export const PUZZLE_LIFE_MS = 10 * 60_000;
/** A solution is still accepted if the difficulty has risen by at most this since the puzzle was made. */
const BITS_OF_GRACE = 2;
/** The most solutions remembered as spent; each cost its sender the work. */
const SPENT_MAX = 50_000;
const PROOF_MAX_LENGTH = 300;

/**
 * Puzzles of this instance. Nothing is stored about a puzzle until it is solved. `subject`: what it allows, and to
 * whom; a solution is valid once per process and for that subject only. Times in ms since 1970.
 */
export class Puzzles {
  private readonly spent = lru<true>(SPENT_MAX, { ttl: PUZZLE_LIFE_MS });

  constructor(private readonly secret: string) {}

  make(subject: string, bits: number, now: number): string {
    const body = `${bits}.${now.toString(36)}.${randomBytes(12).toString("base64url")}`;
    return `${body}.${sign(this.secret, "puzzle", subject, body)}`;
  }

  /** Whether `proof` ("puzzle:number") solves a puzzle for `subject` of about that many bits. If so, it is spent. */
  accepts(proof: string, subject: string, bits: number, now: number): boolean {
    if (proof.length > PROOF_MAX_LENGTH) return false;
    const [puzzle = "", answer = ""] = proof.split(":", 2);
    const end = puzzle.lastIndexOf(".");
    const body = puzzle.slice(0, Math.max(0, end));
    if (!isSigned(this.secret, puzzle.slice(end + 1), "puzzle", subject, body)) return false;
    const age = now - Number.parseInt(body.split(".")[1] ?? "", 36);
    if (!(age >= 0 && age <= PUZZLE_LIFE_MS) || puzzleBits(puzzle) < bits - BITS_OF_GRACE) return false;
    if (this.spent.has(puzzle) || !/^\d{1,15}$/.test(answer) || !isPuzzleSolution(puzzle, Number(answer))) return false;
    this.spent.set(puzzle, true);
    return true;
  }
}
