import { readFileSync } from "node:fs";
import type { ConnectionOptions } from "node:tls";
import type pg from "pg";

/** Schemas we can put into a search path without nested quoting. */
const SCHEMA = /^[A-Za-z_][A-Za-z0-9_$-]{0,62}$/;
const SSL_MODES = ["disable", "allow", "prefer", "require", "no-verify", "verify-ca", "verify-full"] as const;
type SslMode = (typeof SSL_MODES)[number];

/** DATABASE_URL cannot be used; the message is a sentence for the operator. */
export class SettingError extends Error {}

/**
 * How long a pool's connections stay open, in ms. A new one costs a process of Postgres that reads its catalogs and
 * plans each statement again; by pg's default, which closes them after ten seconds without use, every visitor of a
 * quiet site would pay for that. After 20 seconds without traffic each side probes the other.
 */
export const KEPT_OPEN = { idleTimeoutMillis: 5 * 60_000, keepAlive: true, keepAliveInitialDelayMillis: 20_000 };

/** The settings in DATABASE_URL, as every client of the database needs them. */
export type Connection = {
  config: pg.ConnectionConfig;
  /**
   * A pooler sits between us and Postgres and hands out connections for one transaction each, so no state may be kept
   * in them.
   */
  pooled: boolean;
  /** The data plane is spread over the workers of a Citus, which can only plan a statement for a project it knows. */
  citus: boolean;
  /** The schema of the tables; null: Postgres' default, usually "public". */
  schema: string | null;
};

/**
 * Parses DATABASE_URL (docs/database.md): `pgbouncer`, `schema`, and the TLS settings with libpq's meaning, which pg
 * alone does not give them. Everything else is left to pg. Throws one sentence that names the setting.
 */
export function connectionOf(databaseUrl: string): Connection {
  const [base = "", query = ""] = splitOnce(databaseUrl, "?");
  const params = new URLSearchParams(query);
  const take = (name: string): string | null => {
    const value = params.get(name);
    params.delete(name);
    return value;
  };
  const ssl = tlsOf(take);
  const pooled = take("pgbouncer") === "true";
  const citus = take("citus") === "true";
  const schema = take("schema") || null;
  const options = [take("options"), schema === null || pooled ? null : searchPath(schema)].filter(Boolean).join(" ");
  const rest = params.toString();
  const config: pg.ConnectionConfig = { connectionString: rest === "" ? base : `${base}?${rest}` };
  if (ssl !== null) config.ssl = ssl;
  if (options !== "") config.options = options;
  return { config, pooled, citus, schema };
}

/** The tables' schema comes first. Extensions may be in "public", or in "extensions", where some providers put them. */
function searchPath(schema: string): string {
  if (!SCHEMA.test(schema)) {
    throw new SettingError(
      "DATABASE_URL: schema may only contain letters, digits, _, - and $, and must start with a letter or _.",
    );
  }
  return `-c search_path="${schema}",public,extensions`;
}

/**
 * The TLS settings, named as in libpq (https://www.postgresql.org/docs/current/libpq-ssl.html); false for none, null if
 * not set.
 */
function tlsOf(take: (name: string) => string | null): ConnectionOptions | false | null {
  const [flag, given, root] = [take("ssl"), take("sslmode"), take("sslrootcert")];
  const [cert, key] = [take("sslcert"), take("sslkey")];
  take("uselibpqcompat");
  if (given !== null && !(SSL_MODES as readonly string[]).includes(given)) {
    throw new SettingError(`DATABASE_URL: sslmode is ${given}; it may be ${SSL_MODES.join(", ")}.`);
  }
  const flagMode =
    flag === "true" || flag === "1" ? "verify-full" : flag === "false" || flag === "0" ? "disable" : null;
  const mode = (given ?? flagMode ?? (root || cert ? "verify-full" : null)) as SslMode | null;
  if (mode === null) return null;
  // "allow" means encryption only if the server insists; operators who need it use "require".
  if (mode === "disable" || mode === "allow") return false;
  const ca = root && root !== "system" ? { ca: pem("sslrootcert", root, "CERTIFICATE") } : {};
  const client = cert && key ? { cert: pem("sslcert", cert, "CERTIFICATE"), key: pem("sslkey", key, "KEY") } : {};
  const checksChain = mode === "verify-full" || mode === "verify-ca" || (mode === "require" && root !== null);
  if (!checksChain) return { ...client, rejectUnauthorized: false };
  const hostCheck = mode === "verify-full" || root === "system" ? {} : { checkServerIdentity: () => undefined };
  return { ...ca, ...client, ...hostCheck, rejectUnauthorized: true };
}

function pem(setting: string, path: string, kind: string): string {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    throw new SettingError(`DATABASE_URL: ${setting} is ${path}, which cannot be read.`);
  }
  if (text.includes("-----BEGIN ") && text.includes(`${kind}-----`)) return text;
  throw new SettingError(`DATABASE_URL: ${setting} is ${path}, which holds no ${kind.toLowerCase()} in PEM format.`);
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ""] : [text.slice(0, at), text.slice(at + separator.length)];
}
