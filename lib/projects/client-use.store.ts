import { LRUCache } from "lru-cache";
import sql from "sql-template-tag";
import { pool } from "@/lib/db/pool";
import { logFault } from "@/lib/faults/log";

/** How often the use of one client is written at most, in ms. */
const WRITE_EVERY_MS = 60_000;

const shared = globalThis as typeof globalThis & { throughlineClientUses?: LRUCache<string, true> };

/** Clients whose use was written within WRITE_EVERY_MS, also across Next's copies of this module. */
const written = (): LRUCache<string, true> =>
  (shared.throughlineClientUses ??= new LRUCache({ max: 10_000, ttl: WRITE_EVERY_MS }));

/** Records that a client was used, at most once a minute over all processes; nobody waits for it. Primary key. */
export function noteUse(clientId: string, now: number): void {
  if (written().has(clientId)) return;
  written().set(clientId, true);
  const at = new Date(now);
  const before = new Date(now - WRITE_EVERY_MS);
  pool()
    .query(sql`
      UPDATE clients SET last_used_at = ${at}
       WHERE id = ${clientId} AND (last_used_at IS NULL OR last_used_at < ${before})`)
    .catch((error: unknown) => logFault("the last use of a key could not be written", error));
}

/** For tests: the next use is written again. */
export const forgetUsesOfClients = (): void => written().clear();
