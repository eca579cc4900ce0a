import { randomBytes } from "node:crypto";
import sql from "sql-template-tag";
import { secrets } from "@/lib/config";
import type { Database, Pool } from "@/lib/db/pool";
import { logFault } from "@/lib/faults/log";
import { newSecret } from "@/lib/ids";
import { resealText, sealText, unsealText } from "@/lib/seal";
import { eraseKeySeal, openEraseKey } from "./erase.store";

/** A project's two keys as they are stored: for signing user ids, and for the tombstones of erased ids. */
type StoredKeys = { identifySecret: string; eraseKey: string };

const identifySecretSeal = (projectId: string) => ({ purpose: "identify secret" as const, owner: projectId });

export const newIdentifySecret = (): string => newSecret("tl_identify");

export const sealIdentifySecret = (projectId: string, secret: string): string =>
  sealText(secrets(), identifySecretSeal(projectId), secret);

/** The keys of a new project. */
export const newKeys = (projectId: string): StoredKeys => ({
  identifySecret: sealIdentifySecret(projectId, newIdentifySecret()),
  eraseKey: sealText(secrets(), eraseKeySeal(projectId), randomBytes(32).toString("base64url")),
});

/**
 * A project's identify secret; a random one if it cannot be read any more: then no signature is valid, but the
 * project's other events still work.
 */
export function openIdentifySecret(projectId: string, stored: string): string {
  try {
    return unsealText(secrets, identifySecretSeal(projectId), stored);
  } catch (error) {
    logFault("a project's identify secret cannot be read: AUTH_SECRET has changed", error);
    return newIdentifySecret();
  }
}

/** The keys sealed with the current AUTH_SECRET; null if both already are. Throws if one cannot be read. */
function sealKeysAnew(projectId: string, stored: StoredKeys): StoredKeys | null {
  const identifySecret = resealText(secrets(), identifySecretSeal(projectId), stored.identifySecret);
  const eraseKey = resealText(secrets(), eraseKeySeal(projectId), stored.eraseKey);
  if (identifySecret === null && eraseKey === null) return null;
  return { identifySecret: identifySecret ?? stored.identifySecret, eraseKey: eraseKey ?? stored.eraseKey };
}

const FIRST_ID = "00000000-0000-0000-0000-000000000000";
/** How many projects are checked when the server starts. */
const CHECKED = 500;

export type KeysRow = StoredKeys & { id: string };

/** Projects after `after` with their stored keys. projects_pkey. */
export async function storedKeys(db: Pool, after: string, limit: number): Promise<KeysRow[]> {
  const { rows } = await db.query<KeysRow>(sql`
    SELECT id, identify_secret AS "identifySecret", erase_key AS "eraseKey"
      FROM projects WHERE id > ${after} ORDER BY id LIMIT ${limit}`);
  return rows;
}

/** Seals a project's keys with the current AUTH_SECRET, unless they were replaced meanwhile. Throws if unreadable. */
export async function resealKeys(db: Database, { id, ...stored }: KeysRow): Promise<void> {
  const renewed = sealKeysAnew(id, stored);
  if (renewed) await replaceKeys(db, id, stored, renewed);
}

/** Gives new keys to a project whose keys cannot be read any more; false if they can. */
export async function forgetUnreadableKeys(db: Database, { id, ...stored }: KeysRow): Promise<boolean> {
  try {
    openEraseKey(id, stored.eraseKey);
    return false;
  } catch {
    await replaceKeys(db, id, stored, newKeys(id));
    return true;
  }
}

const replaceKeys = (db: Database, id: string, old: StoredKeys, renewed: StoredKeys) =>
  db.query(sql`
    UPDATE projects SET identify_secret = ${renewed.identifySecret}, erase_key = ${renewed.eraseKey}
     WHERE id = ${id} AND identify_secret = ${old.identifySecret} AND erase_key = ${old.eraseKey}`);

/**
 * Throws one sentence if AUTH_SECRET does not open the keys of the first CHECKED projects: without them erased people
 * would come back, and every signature would be wrong.
 */
export async function requireReadableKeys(db: Pool): Promise<void> {
  for (const { id, eraseKey } of await storedKeys(db, FIRST_ID, CHECKED)) {
    try {
      openEraseKey(id, eraseKey);
    } catch {
      throw new Error(
        "AUTH_SECRET is not the one that encrypted the secrets in this database: set it again, or set OLD_AUTH_SECRET to the previous one. If that is lost for good: npm run admin -- forget-secrets.",
      );
    }
  }
}
