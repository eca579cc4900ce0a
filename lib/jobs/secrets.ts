import { resealEndpoint, type SealedEndpoint, sealedEndpoints } from "@/lib/alerts/endpoints.store";
import { forgetUnreadableFactor, resealFactor, type SealedFactor, sealedFactors } from "@/lib/auth/second-factor.store";
import { type Pool, pool } from "@/lib/db/pool";
import { logFault } from "@/lib/faults/log";
import { isDatabaseUnreachable } from "@/lib/faults/unreachable";
import { forgetUnreadableKeys, type KeysRow, resealKeys, storedKeys } from "@/lib/projects/secrets.store";

/** Rows per query. */
const PAGE = 500;
const FIRST_ID = "00000000-0000-0000-0000-000000000000";
const FIRST = { projectId: FIRST_ID, id: FIRST_ID };

/**
 * Seals every secret in the database with the current AUTH_SECRET: those that an older version stored in the clear, and
 * those sealed with OLD_AUTH_SECRET, which is not needed afterwards. Secrets that neither opens stay unchanged.
 */
export async function sealSecrets(db: Pool = pool(), signal?: AbortSignal): Promise<{ unreadable: number }> {
  const counts = [
    await walk<KeysRow>(
      (last) => storedKeys(db, last?.id ?? FIRST_ID, PAGE),
      (row) => resealKeys(db, row),
      signal,
    ),
    await walk<SealedFactor>(
      (last) => sealedFactors(db, last?.id ?? FIRST_ID, PAGE),
      (row) => resealFactor(db, row),
      signal,
    ),
    await walk<SealedEndpoint>(
      (last) => sealedEndpoints(db, last ?? FIRST, PAGE),
      (row) => resealEndpoint(db, row),
      signal,
    ),
  ];
  const unreadable = counts.reduce((sum, count) => sum + count, 0);
  if (unreadable > 0)
    logFault(
      "secrets in the database cannot be read",
      new Error(`${unreadable} were sealed with another AUTH_SECRET: set OLD_AUTH_SECRET to it`),
    );
  return { unreadable };
}

/**
 * Replaces or deletes secrets that neither AUTH_SECRET nor OLD_AUTH_SECRET opens, for an operator who has lost the old
 * one. Addresses of alerts stay: members are asked to enter them again.
 */
export async function forgetSecrets(db: Pool): Promise<{ projects: number; members: number }> {
  const lost = { projects: 0, members: 0 };
  await walk<KeysRow>(
    (last) => storedKeys(db, last?.id ?? FIRST_ID, PAGE),
    async (row) => {
      if (await forgetUnreadableKeys(db, row)) lost.projects++;
    },
  );
  await walk<SealedFactor>(
    (last) => sealedFactors(db, last?.id ?? FIRST_ID, PAGE),
    async (row) => {
      if (await forgetUnreadableFactor(db, row)) lost.members++;
    },
  );
  return lost;
}

/** Calls `reseal` for each row, page by page; returns how many could not be read. */
async function walk<Row extends object>(
  next: (last: Row | undefined) => Promise<Row[]>,
  reseal: (row: Row) => Promise<void>,
  signal?: AbortSignal,
): Promise<number> {
  let unreadable = 0;
  for (let rows = await next(undefined); rows.length > 0 && !signal?.aborted; rows = await next(rows.at(-1)))
    for (const row of rows)
      await reseal(row).catch((error: unknown) => {
        if (!isUnreadable(error)) throw error;
        unreadable += 1;
      });
  return unreadable;
}

/** Errors of Node's decipher, not of the database, some of which have no code either. */
const isUnreadable = (error: unknown): boolean =>
  error instanceof Error &&
  !isDatabaseUnreachable(error) &&
  (!("code" in error) || String(error.code).startsWith("ERR_"));
