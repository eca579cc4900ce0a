import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { completeUrl } from "./database";
import { explainDatabaseError } from "./explain";
import { isAlive } from "./lock.mjs";
import { migrate } from "./migrate";
import { type RunningPostgres, startPostgres } from "./postgres";
import { root } from "./root";
import { type Supervision, supervise } from "./supervise";

/** State file in the data folder of a running or stopped instance (0600: the URL holds a password). */
type InstanceFile = {
  /** null: stopped. */
  pid: number | null;
  url: string;
  databaseUrl: string;
  /** true: embedded Postgres under the data folder, on a new port at every start. */
  embedded: boolean;
};

export type Instance = {
  databaseUrl: string;
  /** URL of the running app; null when stopped. */
  url: string | null;
  /** Readable description of where the data is. */
  place: string;
  /** Announces `url` in instance.json. */
  announce(url: string): void;
  /**
   * Restarts embedded Postgres whenever it ends. Rejects with a readable message when that fails permanently;
   * otherwise never settles.
   */
  supervise(log: (line: string) => void): Promise<never>;
  /** Withdraws the announcement and stops embedded Postgres, if nobody else uses it. Safe to call twice. */
  close(): Promise<void>;
};

/** DATA_DIR, or `.data` in the clone. */
export const dataDir = (): string => resolve(root, process.env.DATA_DIR || ".data");

export type OpenOptions = {
  migrateDatabase?: (url: string) => Promise<unknown>;
  /**
   * Without DATABASE_URL, use the database the instance used last (for tools), not always the embedded one (for a
   * start).
   */
  asLastTime?: boolean;
  /** How many processes will use the database at the same time. */
  processes?: number;
};

/**
 * The instance of this clone, running or stopped: opens its database (DATABASE_URL, or else the one the instance used,
 * or else embedded Postgres, started when it does not run), migrates it, and sets DATABASE_URL and AUTH_SECRET (and
 * OLD_AUTH_SECRET) in process.env, so that lib/ works. Call it before importing lib/config. Throws an Error whose
 * message is one sentence.
 */
export async function openInstance(options: OpenOptions = {}): Promise<Instance> {
  const { migrateDatabase = migrate, asLastTime = true, processes = 1 } = options;
  const folder = dataDir();
  // Postgres's own account must be able to pass through; each secret in here is 0600 by itself.
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  const file = join(folder, "instance.json");
  const announced = readInstance(file);
  process.env.AUTH_SECRET ||= authSecret(folder);
  process.env.OLD_AUTH_SECRET ||= oldAuthSecret(folder);

  const external =
    process.env.DATABASE_URL || (asLastTime && announced && !announced.embedded ? announced.databaseUrl : "");
  if (external && !/^postgres(ql)?:\/\//.test(external)) {
    throw new Error(
      "DATABASE_URL is not a postgresql:// URL, such as postgresql://user:password@localhost:5432/throughline.",
    );
  }
  const embeddedFolder = join(folder, "postgres");
  const postgres: RunningPostgres | null = external ? null : await startPostgres({ folder: embeddedFolder, processes });
  let databaseUrl = postgres?.url ?? external;
  try {
    if (external) databaseUrl = await completeUrl(external);
    await migrateDatabase(databaseUrl);
  } catch (error) {
    await postgres?.stop();
    throw new Error(explainDatabaseError(error, databaseUrl));
  }
  process.env.DATABASE_URL = databaseUrl;
  process.env.EMBEDDED_FOLDER = postgres ? embeddedFolder : "";

  let closing: Promise<void> | undefined;
  let supervision: Supervision | undefined;
  return {
    databaseUrl,
    url: announced?.pid && isAlive(announced.pid) ? announced.url : null,
    place: postgres ? `${embeddedFolder} (embedded Postgres)` : `your Postgres at ${withoutSecrets(databaseUrl)}`,
    announce: (url) => {
      writeInstance(file, { pid: process.pid, url, databaseUrl, embedded: postgres !== null });
    },
    supervise: (log) => {
      if (!postgres) return new Promise<never>(() => {}); // an external Postgres is not ours to restart
      const { pid, restart } = postgres;
      supervision ??= supervise({ name: "Embedded Postgres", isAlive: () => isAlive(pid()), restart }, log);
      return supervision.lost;
    },
    close: () => {
      closing ??= (async () => {
        const current = readInstance(file);
        if (current?.pid === process.pid) writeInstance(file, { ...current, pid: null });
        await supervision?.stop();
        await postgres?.stop();
      })();
      return closing;
    },
  };
}

/**
 * Stored, so that log-ins survive restarts. Of two processes that start at once, one writes it and both read
 * it.
 */
function authSecret(folder: string): string {
  const file = join(folder, "auth-secret");
  try {
    writeFileSync(file, randomBytes(32).toString("base64url"), { mode: 0o600, flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  return readFileSync(file, "utf8").trim();
}

/**
 * To change the secret, its file is renamed to this: the next start creates a new one and re-encrypts everything with
 * it.
 */
function oldAuthSecret(folder: string): string {
  const file = join(folder, "auth-secret.old");
  return existsSync(file) ? readFileSync(file, "utf8").trim() : "";
}

function readInstance(file: string): InstanceFile | null {
  if (!existsSync(file)) return null;
  try {
    return JSON.parse(readFileSync(file, "utf8")) as InstanceFile;
  } catch {
    return null;
  }
}

/** Written atomically by renaming. */
function writeInstance(file: string, content: InstanceFile): void {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, file);
}

function withoutSecrets(databaseUrl: string): string {
  const { hostname, port, pathname } = new URL(databaseUrl);
  return `${hostname || "localhost"}:${port || 5432}${pathname}`;
}
