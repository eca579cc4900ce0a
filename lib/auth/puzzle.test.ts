import { expect, test } from "vitest";
import { isPuzzleSolution, MAX_PUZZLE_BITS, solvePuzzle } from "@/lib/auth/puzzle";
import { PUZZLE_LIFE_MS, Puzzles } from "@/lib/auth/puzzles";

const NOON = Date.UTC(2026, 0, 1, 12);
const puzzles = new Puzzles("a secret of this instance");
const proofOf = async (puzzle: string) => `${puzzle}:${await solvePuzzle(puzzle)}`;

test("a puzzle is solved, and the work doubles with each bit", async () => {
  const tries = async (bits: number) => {
    let sum = 0;
    for (let i = 0; i < 40; i++) sum += await solvePuzzle(`${bits}.${i}`);
    return sum / 40;
  };
  const [few, many] = [await tries(4), await tries(9)];
  expect(many / few).toBeGreaterThan(8); // 32 on average
  const answer = await solvePuzzle("9.x");
  expect(isPuzzleSolution("9.x", answer)).toBe(true);
  expect([answer + 1, -1, 0.5, Number.NaN, Number.MAX_VALUE].map((it) => isPuzzleSolution("9.x", it))).toEqual(
    Array(5).fill(false),
  );
});

test("a browser gives up on an impossible puzzle, and when it is aborted", async () => {
  for (const puzzle of [`${MAX_PUZZLE_BITS + 1}.x`, "99.x", "x", ""])
    await expect(solvePuzzle(puzzle)).rejects.toThrow("not one of our puzzles");
  const away = new AbortController();
  const solving = solvePuzzle(`${MAX_PUZZLE_BITS}.long`, away.signal);
  away.abort();
  await expect(solving).rejects.toThrow();
});

test("an answer is valid once, for its subject, while it is fresh", async () => {
  const proof = await proofOf(puzzles.make("log in ada", 8, NOON));
  expect(puzzles.accepts(proof, "log in eve", 8, NOON)).toBe(false);
  expect(puzzles.accepts(proof, "log in ada", 8, NOON + PUZZLE_LIFE_MS + 1)).toBe(false);
  expect(puzzles.accepts(proof, "log in ada", 8, NOON - 1)).toBe(false);
  expect(new Puzzles("another secret here").accepts(proof, "log in ada", 8, NOON)).toBe(false);
  expect(puzzles.accepts(proof, "log in ada", 8, NOON + 1)).toBe(true);
  expect(puzzles.accepts(proof, "log in ada", 8, NOON + 2)).toBe(false);
});

test("an easier puzzle is accepted while the difficulty has risen only a little", async () => {
  const make = () => proofOf(puzzles.make("sign up", 6, NOON));
  expect(puzzles.accepts(await make(), "sign up", 8, NOON)).toBe(true);
  expect(puzzles.accepts(await make(), "sign up", 9, NOON)).toBe(false);
});

test("made-up answers are rejected", async () => {
  const puzzle = puzzles.make("log in ada", 8, NOON);
  const answer = await solvePuzzle(puzzle);
  const [, ...rest] = puzzle.split(".");
  for (const proof of [
    "",
    ":",
    puzzle,
    `${puzzle}:`,
    `${puzzle}:${answer}x`,
    `${puzzle}:-1`,
    `${puzzle}:1e9`,
    `0.${rest.join(".")}:${answer}`, // easier than it was made
    `${puzzle.slice(0, -1)}:${answer}`,
    `8.zzz.abc.def:${answer}`,
    `${puzzle}:${"0".repeat(1_000)}`,
    "\u0000".repeat(10_000),
  ])
    expect(puzzles.accepts(proof, "log in ada", 8, NOON), proof.slice(0, 80)).toBe(false);
  expect(puzzles.accepts(`${puzzle}:${answer}`, "log in ada", 8, NOON)).toBe(true);
});
