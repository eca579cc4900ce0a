import type { AllowedStatement } from "./allowed";
import type { Proof } from "./prove";
import type { Ran } from "./ran";

export type StatementsVerdict = {
  /** How many statements touch one project's rows, proven. */
  proven: number;
  /** Statements that touch rows of more than one project, or that cannot be proven not to. */
  faults: string[];
  /** Exceptions that no statement needs. */
  unused: AllowedStatement[];
  /** Sharded tables that no statement named: the tests did not run what reads or writes them. */
  unseen: string[];
};

type Given = {
  ran: readonly Ran[];
  prove: (text: string, same: readonly number[]) => Proof;
  allowed: readonly AllowedStatement[];
  sharded: ReadonlySet<string>;
};

/** Commands on the whole database: migrations, and backup and restore, which copy each table. */
const WHOLE = ["scripts/migrate.ts", "scripts/backup/"];

/** Checks the product's statements; the tests' own do not count. */
export function judgeStatements({ ran, prove, allowed, sharded }: Given): StatementsVerdict {
  const [faults, used, seen] = [new Map<string, string>(), new Set<AllowedStatement>(), new Set<string>()];
  let proven = 0;
  for (const one of ofProduct(ran)) {
    const { tables, unbound } = proofOf(one, prove);
    for (const table of tables) seen.add(table.replace(/^masked_/, ""));
    const exceptions = unbound.length > 0 ? allowed.filter((exception) => covers(exception, one)) : [];
    for (const exception of exceptions) used.add(exception);
    if (unbound.length > 0 && exceptions.length === 0) faults.set(shapeOf(one.text), faultOf(one, unbound));
    else if (tables.length > 0 && unbound.length === 0) proven++;
  }
  return {
    proven,
    faults: [...faults.values()],
    unused: allowed.filter((exception) => !used.has(exception)),
    unseen: [...sharded].filter((table) => !seen.has(table)),
  };
}

/** Without the tests' own, and those on the whole database. */
export function ofProduct(ran: readonly Ran[]): Ran[] {
  const ofTests = new Set(ran.filter(isOfTests).map(({ text }) => text));
  return ran.filter((one) => !isOfTests(one) && !(one.from === null && ofTests.has(one.text)) && !isOfWhole(one));
}

const isOfTests = ({ from }: Ran): boolean => from?.startsWith("tests/") ?? false;

const isOfWhole = ({ from }: Ran): boolean => WHOLE.some((path) => from?.startsWith(path));

/**
 * Unparsable statements are only faults if they name one of our tables, as tests also make the product run broken SQL.
 */
function proofOf({ text, same }: Ran, prove: Given["prove"]): Proof {
  try {
    return prove(text, same);
  } catch (error) {
    return /\bproject_id\b/.test(text)
      ? { tables: [], unbound: [`not understood: ${(error as Error).message}`] }
      : { tables: [], unbound: [] };
  }
}

/** Without white space and the numbers of parameters. */
export const shapeOf = (text: string): string => text.replace(/\$\d+/g, "$").replace(/\s+/g, " ").trim();

export const covers = ({ from, holds }: AllowedStatement, ran: Ran): boolean =>
  (ran.from === from || ran.from === null) && shapeOf(ran.text).includes(shapeOf(holds));

const faultOf = ({ text, from }: Ran, unbound: readonly string[]): string =>
  `${from ?? "Prisma or a pool"}: not bound to one project: ${[...new Set(unbound)].join(", ")}\n${text.trim()}`;
