import type pg from "pg";
import { forgetIdentities } from "@/lib/identity/resolve";
import { StaleIdentityError } from "@/lib/identity/rows";

/** Postgres' words for "somebody else was in the way, try again": deadlock and serialization failure. */
const RETRYABLE = new Set(["40P01", "40001"]);
const MAX_ATTEMPTS = 5;

/** Runs `work` again, at most five times in all, when a lock was lost or a cached id turned out to be erased. */
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
