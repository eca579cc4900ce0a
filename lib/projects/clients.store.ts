import { LRUCache } from "lru-cache";
import sql, { raw } from "sql-template-tag";
import { type Database, pool } from "@/lib/db/pool";
import { prepared } from "@/lib/db/statement";
import { AppError } from "@/lib/errors";
import { logFault } from "@/lib/faults/log";
import type { ClientMode } from "@/lib/projects/schemas";
import { openIdentifySecret } from "@/lib/projects/secrets.store";
import type { SettingKey, SettingValues } from "@/lib/projects/setting-list";
import type { ProjectSettings } from "@/lib/projects/settings";
import type { Scope } from "@/lib/scope";

export type ClientRow = {
  mode: ClientMode;
  secretHash: string;
  /** The secret before the last rotation, and the time (ms) until which it works. */
  oldSecret: { hash: string; until: number } | null;
  revokedAt: number | null;
  /** When its deleted project will be erased; null: not deleted. */
  eraseAt: number | null;
  /** Whether the project hides people's names from keys that only read. */
  namesHiddenFromKeys: boolean;
  settings: ProjectSettings;
};

/** The settings that ingest reads. */
const INGEST_SETTINGS = [
  "domain",
  "allowedOrigins",
  "recognition",
  "cookielessClaim",
  "kiosk",
  "requireSignedIdentify",
  "blockedIds",
  "maxLatenessDays",
  "keptParameters",
  "masksPages",
  "respectSignals",
  "deniedProperties",
  "notStored",
  "maxPeople",
  "maxDevices",
  "maxAccounts",
  "maxEventNames",
  "maxProperties",
  "maxPropertyMegabytes",
  "maxMegabytesPerHour",
  "retentionDays",
  "eventRetention",
] as const satisfies SettingKey[];
type SettingsRow = Pick<SettingValues, (typeof INGEST_SETTINGS)[number]> & { id: string; identifySecret: string };

const columnOf = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
/** The columns of SettingsRow, of `projects p`. */
const SETTINGS = raw(
  ["id", "identifySecret", ...INGEST_SETTINGS].map((key) => `p.${columnOf(key)} AS "${key}"`).join(", "),
);

/**
 * A client with its project's settings; null if there is none. Three primary-key lookups. On the data plane's pool, not
 * Prisma's: ingest uses it, and must not compete with members for the control plane's few connections.
 */
export async function clientById(db: Database, clientId: string): Promise<ClientRow | null> {
  type Row = SettingsRow & {
    mode: ClientMode;
    secret_hash: string;
    revoked_at: number | null;
    erase_at: number | null;
    old_secret_hash: string | null;
    old_secret_until: number | null;
    names_hidden_from_keys: boolean;
  };
  const { rows } = await db.query<Row>(
    prepared(sql`
      SELECT c.mode, c.secret_hash, c.old_secret_hash, c.old_secret_until, c.revoked_at,
             least(p.erase_at, o.erase_at) AS erase_at, p.names_hidden_from_keys,
             ${SETTINGS}
        FROM clients c
        JOIN projects p ON p.id = c.project_id
        JOIN organizations o ON o.id = p.organization_id
       WHERE c.id = ${clientId}`),
  );
  const row = rows[0];
  if (!row) return null;
  return {
    mode: row.mode,
    secretHash: row.secret_hash,
    oldSecret:
      row.old_secret_hash === null || row.old_secret_until === null
        ? null
        : { hash: row.old_secret_hash, until: row.old_secret_until },
    revokedAt: row.revoked_at,
    eraseAt: row.erase_at,
    namesHiddenFromKeys: row.names_hidden_from_keys,
    settings: toSettings(row),
  };
}

/** A project's settings; null if it was deleted meanwhile. Primary key. */
export async function projectSettingsOf(db: Database, projectId: string): Promise<ProjectSettings | null> {
  const { rows } = await db.query<SettingsRow>(sql`
    SELECT ${SETTINGS}
      FROM projects p
     WHERE p.id = ${projectId}`);
  return rows[0] ? toSettings(rows[0]) : null;
}

/** The settings of the scope's project; throws `not_found` if it was deleted meanwhile. Primary key. */
export async function requireProjectSettings(scope: Scope): Promise<ProjectSettings> {
  const settings = await projectSettingsOf(pool(), scope.projectId);
  if (!settings) throw new AppError("not_found", "This project no longer exists.");
  return settings;
}

const toSettings = (row: SettingsRow): ProjectSettings => ({
  id: row.id,
  domain: row.domain,
  allowedOrigins: row.allowedOrigins,
  recognition: row.recognition,
  cookielessClaim: row.cookielessClaim,
  kiosk: row.kiosk,
  requireSignedIdentify: row.requireSignedIdentify,
  identifySecret: openIdentifySecret(row.id, row.identifySecret),
  blockedIds: row.blockedIds,
  maxLatenessDays: row.maxLatenessDays,
  privacy: {
    keptParameters: row.keptParameters,
    masksPages: row.masksPages,
    respectSignals: row.respectSignals,
    deniedProperties: row.deniedProperties,
    notStored: row.notStored,
  },
  retention: { days: row.retentionDays, byEvent: row.eventRetention },
  ceilings: {
    maxPeople: row.maxPeople,
    maxDevices: row.maxDevices,
    maxAccounts: row.maxAccounts,
    maxEventNames: row.maxEventNames,
    maxProperties: row.maxProperties,
    maxPropertyMegabytes: row.maxPropertyMegabytes,
    maxMegabytesPerHour: row.maxMegabytesPerHour,
  },
});

/** The shortest time between two writes of a client's use, in ms. */
const WRITE_EVERY_MS = 60_000;

const shared = globalThis as typeof globalThis & { throughlineClientUses?: LRUCache<string, true> };

/** Clients whose use was written within WRITE_EVERY_MS, also across Next's copies of this module. */
const recentlyWritten = (): LRUCache<string, true> =>
  (shared.throughlineClientUses ??= new LRUCache({ max: 10_000, ttl: WRITE_EVERY_MS }));

/** Records that a client was used, at most once a minute over all processes, in the background. Primary key. */
export function recordClientUse(clientId: string, now: number): void {
  if (recentlyWritten().has(clientId)) return;
  recentlyWritten().set(clientId, true);
  const at = new Date(now);
  const before = new Date(now - WRITE_EVERY_MS);
  pool()
    .query(sql`
      UPDATE clients SET last_used_at = ${at}
       WHERE id = ${clientId} AND (last_used_at IS NULL OR last_used_at < ${before})`)
    .catch((error: unknown) => logFault("the last use of a key could not be written", error));
}

/** Makes the next use be written again, for tests. */
export const forgetUsesOfClients = (): void => recentlyWritten().clear();
