import { loadModule } from "libpg-query";
import { completeUrl, connectTo } from "./database";
import { ALLOWED_STATEMENTS } from "./statements/allowed";
import { judgeStatements } from "./statements/judge";
import { plansOn } from "./statements/planned";
import { prover } from "./statements/prove";
import { statementsOfTests } from "./statements/ran";
import { tablesInSchema } from "./statements/tables";

/**
 * `npm run statements`, after the database tests: proves that each statement that they made the product run touches
 * one project's rows (docs/decisions/0113-one-project-a-statement.md). `--all` after all of them: then each table must
 * have been named, and each exception needed. `--citus=<url>`: that distributed database plans each instead.
 */
const ran = statementsOfTests();
if (ran.length === 0) {
  console.error("There are no statements: run the database tests first (npm run test:db).");
  process.exit(1);
}
const citus = process.argv.find((argument) => argument.startsWith("--citus="))?.slice("--citus=".length);
const faults = citus ? await planned(citus) : await proven(process.argv.includes("--all"));
for (const fault of faults) console.log(`✗ ${fault}\n`);
process.exitCode = faults.length === 0 ? 0 : 1;

async function proven(isAll: boolean): Promise<string[]> {
  const tables = tablesInSchema();
  const verdict = judgeStatements({
    ran,
    prove: await prover(tables),
    allowed: ALLOWED_STATEMENTS,
    sharded: tables.sharded,
  });
  const unused = verdict.unused.map(({ from, holds }) => `allowed.ts: nothing in ${from} needs “${holds}” any more`);
  const found = [
    ...verdict.faults,
    ...(isAll ? verdict.unseen : []).map((table) => `${table}: no database test names this table`),
    ...(isAll ? unused : []),
  ];
  console.log(
    `${verdict.proven} statements stay within a project, ${ALLOWED_STATEMENTS.length} may not, ${found.length} faults.`,
  );
  return found;
}

async function planned(databaseUrl: string): Promise<string[]> {
  await loadModule();
  const client = await connectTo(await completeUrl(databaseUrl));
  const plans = await plansOn(client, ran, ALLOWED_STATEMENTS).finally(() => client.end());
  for (const statement of plans.inParts) console.log(`· in parts: ${statement}\n`);
  console.log(
    `${plans.narrow} statements ask one shard, ${plans.inParts.length} of them in parts, ${plans.faults.length} faults.`,
  );
  return plans.faults;
}
