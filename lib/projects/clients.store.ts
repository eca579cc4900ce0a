import { LRUCache } from "lru-cache";
import sql from "sql-template-tag";
import { type Database, pool } from "@/lib/db/pool";
import { prepared } from "@/lib/db/statement";
import { AppError } from "@/lib/errors";
import { logFault } from "@/lib/faults/log";
import type { ClientMode } from "@/lib/projects/rule";
import { openIdentifySecret } from "@/lib/projects/secrets";
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

/** The columns of SettingsColumns, of `projects p`. */
const SETTINGS = sql`
  p.id, p.domain, p.allowed_origins, p.recognition, p.cookieless_claim, p.kiosk, p.require_signed_identify,
  p.identify_secret, p.blocked_ids, p.max_lateness_days, p.kept_parameters, p.masks_pages, p.respect_signals,
  p.denied_properties, p.not_stored, p.max_people, p.max_devices, p.max_accounts, p.max_event_names, p.max_properties,
  p.max_property_megabytes, p.max_megabytes_per_hour, p.retention_days, p.event_retention`;

/**
 * A client with its project's settings; null if there is none. Three primary-key lookups. On the data plane's pool, not
 * Prisma's: ingest uses it, and must not compete with members for the control plane's few connections.
 */
export async function clientById(db: Database, clientId: string): Promise<ClientRow | null> {
  type Row = SettingsColumns & {
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
export async function settingsOf(db: Database, projectId: string): Promise<ProjectSettings | null> {
  const { rows } = await db.query<SettingsColumns>(sql`
    SELECT ${SETTINGS}
      FROM projects p
     WHERE p.id = ${projectId}`);
  return rows[0] ? toSettings(rows[0]) : null;
}

/** The settings of the scope's project; throws `not_found` if it was deleted meanwhile. Primary key. */
export async function requireSettings(scope: Scope): Promise<ProjectSettings> {
  const settings = await settingsOf(pool(), scope.projectId);
  if (!settings) throw new AppError("not_found", "This project no longer exists.");
  return settings;
}

type SettingsColumns = {
  id: string;
  domain: string | null;
  allowed_origins: string[];
  recognition: ProjectSettings["recognition"];
  cookieless_claim: ProjectSettings["cookielessClaim"];
  kiosk: boolean;
  require_signed_identify: boolean;
  identify_secret: string;
  blocked_ids: string[];
  max_lateness_days: number;
  kept_parameters: string[];
  masks_pages: boolean;
  respect_signals: boolean;
  denied_properties: string[];
  not_stored: string[];
  max_people: number;
  max_devices: number;
  max_accounts: number;
  max_event_names: number;
  max_properties: number;
  max_property_megabytes: number;
  max_megabytes_per_hour: number;
  retention_days: number;
  event_retention: string[];
};

const toSettings = (row: SettingsColumns): ProjectSettings => ({
  id: row.id,
  domain: row.domain,
  allowedOrigins: row.allowed_origins,
  recognition: row.recognition,
  cookielessClaim: row.cookieless_claim,
  kiosk: row.kiosk,
  requireSignedIdentify: row.require_signed_identify,
  identifySecret: openIdentifySecret(row.id, row.identify_secret),
  blockedIds: row.blocked_ids,
  maxLatenessDays: row.max_lateness_days,
  privacy: {
    keptParameters: row.kept_parameters,
    masksPages: row.masks_pages,
    respectSignals: row.respect_signals,
    deniedProperties: row.denied_properties,
    notStored: row.not_stored,
  },
  retention: { days: row.retention_days, byEvent: row.event_retention },
  ceilings: {
    maxPeople: row.max_people,
    maxDevices: row.max_devices,
    maxAccounts: row.max_accounts,
    maxEventNames: row.max_event_names,
    maxProperties: row.max_properties,
    maxPropertyMegabytes: row.max_property_megabytes,
    maxMegabytesPerHour: row.max_megabytes_per_hour,
  },
});

/** How often the use of one client is written at most, in ms. */
const WRITE_EVERY_MS = 60_000;

const shared = globalThis as typeof globalThis & { throughlineClientUses?: LRUCache<string, true> };

/** Clients whose use was written within WRITE_EVERY_MS, also across Next's copies of this module. */
const written = (): LRUCache<string, true> =>
  (shared.throughlineClientUses ??= new LRUCache({ max: 10_000, ttl: WRITE_EVERY_MS }));

/** Records that a client was used, at most once a minute over all processes, without waiting. Primary key. */
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
