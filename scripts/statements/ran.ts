import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../root";

/** A statement that the database tests ran. */
export type Ran = {
  text: string;
  /** For each parameter the number of the first one with the same id: whether two of them name the same project. */
  same: number[];
  /** The file that ran it; null: a library such as Prisma, or a pool where the statement had to wait. */
  from: string | null;
};

/** Where tests/support/statements.ts writes them, a file per worker. */
export const STATEMENTS = join(root, "test-results/statements");

export function statementsOfTests(): Ran[] {
  if (!existsSync(STATEMENTS)) return [];
  return readdirSync(STATEMENTS).flatMap((file) => {
    const lines = readFileSync(join(STATEMENTS, file), "utf8").split("\n");
    return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Ran);
  });
}
