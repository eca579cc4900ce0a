import type pg from "pg";
import { put, settle } from "./distribute.store";
import type { Plan } from "./plan";

/** Executes the remaining plan, a table at a time; can be run again after an interruption. */
export async function distribute(client: pg.Client, { steps }: Plan, log: (line: string) => void): Promise<void> {
  await settle(client);
  for (const { table, statement } of steps) {
    const began = Date.now();
    await put(client, statement);
    log(`${table}: ${((Date.now() - began) / 1000).toFixed(1)} s`);
  }
}
