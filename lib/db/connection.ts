import { readFileSync } from "node:fs";
import type { ConnectionOptions } from "node:tls";
import type pg from "pg";

/** A schema we can write into a search path without quoting rules inside quoting rules. */
const SCHEMA = /^[A-Za-z_][A-Za-z0-9_$-]{0,62}$/;
const SSL_MODES = ["disable", "allow", "prefer", "require", "no-verify", "verify-ca", "verify-full"] as const;
type SslMode = (typeof SSL_MODES)[number];

/** DATABASE_URL cannot be used as it is; the message is a sentence for the operator. */
export class SettingError extends Error {}

/** What DATABASE_URL says, as every client of the database needs it. */
export type Connection = {
  config: pg.ConnectionConfig;
  /**
   * A pooler stands between us and Postgres and hands out connections for one transaction each, so nothing may be kept
   * in them.
   */
  pooled: boolean;
  /** Where the tables are; null: where Postgres looks by itself, usually "public". */
  schema: string | null;
};

/**
 * Reads DATABASE_URL (docs/database.md): `pgbouncer`, `schema`, and the TLS settings as libpq means them, which pg
 * alone does not. Everything else is left to pg. Throws one sentence, which names the setting.
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
  const schema = take("schema") || null;
  const options = [take("options"), schema === null || pooled ? null : searchPath(schema)].filter(Boolean).join(" ");
  const rest = params.toString();
  const config: pg.ConnectionConfig = { connectionString: rest === "" ? base : `${base}?${rest}` };
  if (ssl !== null) config.ssl = ssl;
  if (options !== "") config.options = options;
  return { config, pooled, schema };
}

/** The tables' schema first. Extensions may be in "public", or where some providers put them. */
function searchPath(schema: string): string {
  if (!SCHEMA.test(schema)) {
    throw new SettingError(
      "DATABASE_URL: schema may hold letters, digits, _, - and $ only, and starts with a letter or _.",
    );
  }
  return `-c search_path="${schema}",public,extensions`;
}

/** What libpq calls them: https://www.postgresql.org/docs/current/libpq-ssl.html. null: nothing is said. */
function tlsOf(take: (name: string) => string | null): ConnectionOptions | false | null {
  const [flag, given, root] = [take("ssl"), take("sslmode"), take("sslrootcert")];
  const [cert, key] = [take("sslcert"), take("sslkey")];
  take("uselibpqcompat");
  if (given !== null && !(SSL_MODES as readonly string[]).includes(given)) {
    throw new SettingError(`DATABASE_URL: sslmode is ${given}; it may be ${SSL_MODES.join(", ")}.`);
  }
  const byFlag = flag === "true" || flag === "1" ? "verify-full" : flag === "false" || flag === "0" ? "disable" : null;
  const mode = (given ?? byFlag ?? (root || cert ? "verify-full" : null)) as SslMode | null;
  if (mode === null) return null;
  // "allow" means encryption only where the server insists; whoever needs that says "require".
  if (mode === "disable" || mode === "allow") return false;
  const ca = root && root !== "system" ? { ca: pem("sslrootcert", root, "CERTIFICATE") } : {};
  const client = cert && key ? { cert: pem("sslcert", cert, "CERTIFICATE"), key: pem("sslkey", key, "KEY") } : {};
  const checksChain = mode === "verify-full" || mode === "verify-ca" || (mode === "require" && root !== null);
  if (!checksChain) return { ...client, rejectUnauthorized: false };
  const anyName = mode === "verify-full" || root === "system" ? {} : { checkServerIdentity: () => undefined };
  return { ...ca, ...client, ...anyName, rejectUnauthorized: true };
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
