import { ALLOWED } from "./statements/allowed";
import { judge } from "./statements/judge";
import { prover } from "./statements/prove";
import { statementsOfTests } from "./statements/ran";
import { tablesInSchema } from "./statements/tables";

/**
 * `npm run statements`, after the database tests: proves that each statement that they made the product run touches
 * one project's rows (docs/decisions/0113-one-project-a-statement.md). `--all` after all of them: then each table must
 * have been named, and each exception needed.
 */
const isAll = process.argv.includes("--all");
const tables = tablesInSchema();
const ran = statementsOfTests();
if (ran.length === 0) {
  console.error("There are no statements: run the database tests first (npm run test:db).");
  process.exit(1);
}
const prove = await prover(tables);
const verdict = judge({ ran, prove, allowed: ALLOWED, sharded: tables.sharded });
const faults = [
  ...verdict.faults,
  ...(isAll ? verdict.unseen : []).map((table) => `${table}: no database test names this table`),
  ...(isAll ? verdict.unused : []).map(({ from, holds }) => `allowed.ts: nothing in ${from} needs “${holds}” any more`),
];
for (const fault of faults) console.log(`✗ ${fault}\n`);
console.log(`${verdict.proven} statements stay within a project, ${ALLOWED.length} may not, ${faults.length} faults.`);
process.exitCode = faults.length === 0 ? 0 : 1;
