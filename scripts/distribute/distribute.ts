import type pg from "pg";
import { configureDatabase, runStatement } from "./distribute.store";
import type { DistributionPlan } from "./plan";

/** Executes the remaining plan, a table at a time; can be run again after an interruption. */
export async function distribute(
  client: pg.Client,
  { steps }: DistributionPlan,
  log: (line: string) => void,
): Promise<void> {
  await configureDatabase(client);
  for (const { table, statement } of steps) {
    const began = Date.now();
    await runStatement(client, statement);
    log(`${table}: ${((Date.now() - began) / 1000).toFixed(1)} s`);
  }
}
