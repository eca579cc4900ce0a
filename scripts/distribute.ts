import type pg from "pg";
import { completeUrl, connectTo } from "./database";
import { distribute } from "./distribute/distribute";
import { planFor } from "./distribute/plan";
import { ExplainedError, explainDatabaseError } from "./explain";

/**
 * `npm run db:distribute [-- --dry-run]`: spreads the data plane of the Citus at DATABASE_URL over its workers
 * (docs/scale.md).
 */
const databaseUrl = process.env.DATABASE_URL;
if (!databaseUrl) {
  console.error("DATABASE_URL is missing: db:distribute is for a Citus of your own (docs/scale.md).");
  process.exit(1);
}
const dryRun = process.argv.includes("--dry-run");
let client: pg.Client | undefined;
try {
  client = await connectTo(await completeUrl(databaseUrl));
  const plan = await planFor(client);
  if (dryRun) for (const { statement } of plan.steps) console.log(`${statement};`);
  else await distribute(client, plan, (line) => console.log(line));
  console.log(
    plan.steps.length === 0
      ? `Nothing to do: ${plan.done} tables are on Citus.`
      : `${dryRun ? "That would put" : "Put"} ${plan.steps.length} tables on ${plan.workers} workers; ${plan.done} were there.`,
  );
} catch (error) {
  console.error(error instanceof ExplainedError ? error.message : explainDatabaseError(error, databaseUrl));
  process.exitCode = 1;
} finally {
  await client?.end();
}
