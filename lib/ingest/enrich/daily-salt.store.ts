import { createHmac, randomBytes } from "node:crypto";
import sql from "sql-template-tag";
import { secrets } from "@/lib/config";
import { type Database, type Pool, pool, type Tx, transaction } from "@/lib/db/pool";
import { utcDay } from "@/lib/format/time";
import { seal, unseal } from "@/lib/seal";

/**
 * Streams for sites that store nothing on the device: a hash of what every request reveals, with a salt that changes at
 * midnight UTC and is destroyed two days later. Afterwards nobody can recompute the hash or link it to another day's.
 */

const DAY_MS = 24 * 60 * 60 * 1000;
const SALT_BYTES = 32;
/** Hexadecimal digits of a stream id: 128 bits, so no collisions by chance. */
const STREAM_ID_LENGTH = 32;

type Today = { endsAt: number; salt: Buffer | Promise<Buffer> };
const shared = globalThis as typeof globalThis & { throughlineSalt?: Today };

/**
 * The salt of the day of `now` (milliseconds), created by the first process that needs it. Cached for the day, and then
 * returned synchronously; failures are not cached.
 */
export function daySalt(now: number, db: Database = pool()): Buffer | Promise<Buffer> {
  const known = shared.throughlineSalt;
  if (known && now < known.endsAt && now >= known.endsAt - DAY_MS) return known.salt;
  const today: Today = { endsAt: (Math.floor(now / DAY_MS) + 1) * DAY_MS, salt: Buffer.alloc(0) };
  const pending = saltOfDay(db, utcDay(now), randomBytes(SALT_BYTES));
  today.salt = pending;
  shared.throughlineSalt = today;
  pending.then(
    (salt) => {
      today.salt = salt;
    },
    () => {
      if (shared.throughlineSalt === today) delete shared.throughlineSalt;
    },
  );
  return pending;
}

/**
 * The stream of a visitor without an id: the same project, address and browser give the same id all day. About 3 µs.
 */
export function deriveStream(salt: Buffer, projectId: string, ip: string | null, userAgent: string): string {
  return createHmac("sha256", salt)
    .update(`${projectId}\n${ip ?? ""}\n${userAgent}`)
    .digest("hex")
    .slice(0, STREAM_ID_LENGTH);
}

type StreamDeriver = (projectId: string, ip: string | null, userAgent: string) => string;

/** `deriveStream` with the salt of the day of `now`; usually returned synchronously, like `daySalt`. */
export function streamDeriver(now: number): StreamDeriver | Promise<StreamDeriver> {
  const salt = daySalt(now);
  return Buffer.isBuffer(salt) ? deriveStream.bind(null, salt) : salt.then((known) => deriveStream.bind(null, known));
}

/** Destroys all salts but today's and yesterday's; returns how many. A job runs it at least once a day. */
export function destroyOldSalts(now: number, db: Pool = pool()): Promise<number> {
  return transaction(db, (tx) => destroySaltsBefore(tx, utcDay(now - DAY_MS)));
}

/**
 * The day's salt: the existing one, or `candidate` if this call is the first anywhere. Two statements, each on the
 * primary key: the second also sees a salt that another process committed while the first waited for it.
 */
export async function saltOfDay(db: Database, day: string, candidate: Buffer): Promise<Buffer> {
  const sealed = seal(secrets(), sealContext(day), candidate);
  await db.query(sql`INSERT INTO salts (day, salt) VALUES (${day}, ${sealed}) ON CONFLICT (day) DO NOTHING`);
  for (let attempt = 0; ; attempt++) {
    const { rows } = await db.query<{ salt: Buffer }>(sql`SELECT salt FROM salts WHERE day = ${day}`);
    const { salt } = rows[0] as { salt: Buffer };
    if (salt.length === SALT_BYTES) return salt; // stored by an older version
    try {
      return unseal(secrets(), sealContext(day), salt);
    } catch (error) {
      if (attempt > 0) throw error;
      // AUTH_SECRET has changed: today's visitors get new ids and are counted twice, which is better than not at all.
      await db.query(sql`UPDATE salts SET salt = ${sealed} WHERE day = ${day} AND salt = ${salt}`);
    }
  }
}

/** A stolen copy of the database must not reveal today's visitors. */
const sealContext = (day: string) => ({ purpose: "daily salt" as const, owner: day });

/**
 * Destroys the salts of days before `day` and returns how many there were. A deleted row's bytes would stay in the
 * table's file for an unknown time, so this truncates the table, which starts a new file, and inserts the others again.
 */
async function destroySaltsBefore(tx: Tx, day: string): Promise<number> {
  const { rowCount } = await tx.query(sql`SELECT 1 FROM salts WHERE day < ${day} LIMIT 1`);
  if (rowCount === 0) return 0;
  // While a backup reads the table, this job fails and retries, so that ingest does not queue up behind its lock.
  await tx.query("SET LOCAL lock_timeout = '2s'");
  await tx.query("LOCK TABLE salts IN ACCESS EXCLUSIVE MODE");
  const { rows: all } = await tx.query<{ day: string; salt: Buffer; isKept: boolean }>(sql`
    SELECT day::text, salt, day >= ${day} AS "isKept" FROM salts`);
  await tx.query("TRUNCATE salts");
  const kept = all.filter(({ isKept }) => isKept);
  await tx.query(sql`
    INSERT INTO salts (day, salt)
    SELECT * FROM unnest(${kept.map((one) => one.day)}::date[], ${kept.map(({ salt }) => salt)}::bytea[])`);
  return all.length - kept.length;
}
