import type pg from "pg";
import { StaleIdentityError } from "@/lib/identity/locked-identities";
import { forgetIdentities } from "@/lib/identity/resolve";

/** Postgres' codes for deadlock and serialization failure: try again. */
const RETRYABLE = new Set(["40P01", "40001"]);
const MAX_ATTEMPTS = 5;

/** Retries `work`, five attempts in all, after a deadlock or when a cached id turned out to be erased. */
export async function retrying<T>(db: pg.Pool, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const stale = error instanceof StaleIdentityError;
      if (stale) forgetIdentities(db);
      if (attempt >= MAX_ATTEMPTS || !(stale || RETRYABLE.has((error as { code?: string }).code ?? ""))) throw error;
    }
  }
}
