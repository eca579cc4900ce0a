import { SettingError } from "@/lib/db/connection";

/** An error whose message is already readable. */
export class ExplainedError extends Error {}

/** Explains in one sentence why the database at `databaseUrl` cannot be used. Never contains the password. */
export function explainDatabaseError(error: unknown, databaseUrl: string): string {
  if (error instanceof ExplainedError || error instanceof SettingError) return error.message;
  const { code, message } = innermost(error);
  const where = placeOf(databaseUrl);
  switch (code) {
    case "ECONNREFUSED":
      return `Cannot reach the database at ${where}: nothing is listening there. Start Postgres, or correct DATABASE_URL.`;
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `Cannot reach the database at ${where}: no machine of that name is known. Correct DATABASE_URL.`;
    case "ETIMEDOUT":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return `Cannot reach the database at ${where}: it does not answer. Check the network, or correct DATABASE_URL.`;
    case "SELF_SIGNED_CERT_IN_CHAIN":
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
    case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
    case "CERT_SIGNATURE_FAILURE":
      return `The certificate of the database at ${where} is from an authority that is not trusted. Set DATABASE_CA_FILE to the file with that authority's certificate.`;
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return `The certificate of the database at ${where} is for another host name. Correct the name in DATABASE_URL, or add sslmode=verify-ca to it to accept any name.`;
    case "CERT_HAS_EXPIRED":
      return `The certificate of the database at ${where} has expired. Renew it there.`;
    case "28P01":
    case "28000":
      if (/no encryption/.test(message))
        return `The database at ${where} accepts only encrypted connections. Add sslmode=verify-full to DATABASE_URL, and set DATABASE_CA_FILE where its authority is not a public one.`;
      return `The database at ${where} refused the user name or password. Correct them in DATABASE_URL.`;
    case "3D000":
      return `The database at ${where} does not exist. Create it, or correct its name in DATABASE_URL.`;
    case "57P03":
      return `The database at ${where} is still starting up. Try again in a moment.`;
    case "53300":
      return `The database at ${where} has no connection left. Raise max_connections or close other clients.`;
    default:
      if (message === "timeout expired")
        return `Cannot reach the database at ${where}: it does not answer within 10 s.`;
      if (message === "The server does not support SSL connections")
        return `The database at ${where} does not accept encrypted connections. Add sslmode=disable to DATABASE_URL, and leave DATABASE_CA_FILE unset.`;
      return `The database at ${where} failed: ${firstSentence(message)}`;
  }
}

/** Without the schema engine's preamble and its stack of Rust frames. */
function firstSentence(message: string): string {
  const migration = /migration_name="([^"]+)"/.exec(message)?.[1];
  const reason = message.replace(/\n\s+0: [\s\S]*$/, "").replace(/^[\s\S]*?(?=ERROR: )/, "");
  return `${reason.replace(/\s*\n\s*/g, "; ").trim()}${migration ? ` (in migration ${migration})` : ""}`;
}

/** "host:port/database"; "DATABASE_URL" when the text is no URL. */
function placeOf(databaseUrl: string): string {
  try {
    const url = new URL(databaseUrl);
    const socket = url.searchParams.get("host");
    return `${socket ?? `${url.hostname || "localhost"}:${url.port || 5432}`}${url.pathname}`;
  } catch {
    return "DATABASE_URL (which is not a postgresql:// URL)";
  }
}

/** The cause that carries a code: Node wraps refused connections in AggregateError, Prisma's adapter in `cause`. */
function innermost(error: unknown): { code: string | undefined; message: string } {
  if (error instanceof AggregateError && error.errors.length > 0) return innermost(error.errors[0]);
  if (error instanceof Error) {
    const code = (error as Error & { code?: unknown }).code;
    if (typeof code === "string" || error.cause === undefined) {
      return { code: typeof code === "string" ? code : undefined, message: error.message };
    }
    return innermost(error.cause);
  }
  return { code: undefined, message: String(error) };
}
