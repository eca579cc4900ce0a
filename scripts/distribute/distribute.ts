import type pg from "pg";
import { put, settle } from "./distribute.store";
import type { Plan } from "./plan";

/** Carries out what is left of the plan, a table at a time; after an interruption it can be run again. */
export async function distribute(client: pg.Client, { steps }: Plan, say: (line: string) => void): Promise<void> {
  await settle(client);
  for (const { table, statement } of steps) {
    const began = Date.now();
    await put(client, statement);
    say(`${table}: ${((Date.now() - began) / 1000).toFixed(1)} s`);
  }
}
