import { createHash, randomUUID } from "node:crypto";
import pg from "pg";
import { backoff } from "@/lib/faults/backoff";
import { logFault } from "@/lib/faults/log";
import { connectionOf } from "./connection";

/**
 * The connection that each process keeps besides its pools, to coordinate with the others: which one runs the
 * background jobs (an advisory lock, released when its holder dies), and short messages between them (NOTIFY).
 * docs/decisions/0105-processes.md
 */

/** How often a process checks its connection, and tries to become the one that runs the jobs, in ms. */
const CHECK_EVERY_MS = 2_000;
const MAX_RETRY_MS = 30_000;
/** If the database does not answer for this long, the connection counts as lost, in ms. */
const PATIENCE_MS = 10_000;
/** How long a message may be; Postgres rejects payloads of 8,000 bytes. */
export const PROCESS_MESSAGE_MAX_BYTES = 7_800;
/** With these, Postgres notices within a minute that this machine is gone, and frees its lock. */
const SETTINGS = [
  "SET tcp_keepalives_idle = 20",
  "SET tcp_keepalives_interval = 10",
  "SET tcp_keepalives_count = 4",
  "SET idle_session_timeout = 0",
].join("; ");
const LOCK = "SELECT pg_try_advisory_lock(hashtextextended('throughline jobs ' || current_schema(), 0)) AS leads";
const LOCK_POOLED = LOCK.replace("advisory_lock", "advisory_xact_lock");

/** Receives the data of a message, and the number of the process that sent it. */
type Handler = (data: unknown, from: string) => void;
type Shared = {
  /** Identifies this process among those that share the database. */
  self: string;
  /** The tables' schema, as a hash. */
  instance: string;
  handlers: Map<string, Handler>;
  send?: (text: string) => void;
  /**
   * Whether this process runs the jobs; undefined if the link is not started, as in scripts and where only Next runs.
   */
  leads?: boolean;
};
const global = globalThis as typeof globalThis & { throughlineSignals?: Shared };
/** One for server.ts and for Next's copies of this module. */
const shared = (): Shared => (global.throughlineSignals ??= { self: randomUUID(), instance: "", handlers: new Map() });

/** Whether this process is the one that runs the background jobs. */
export const isLeader = (): boolean => shared().leads ?? true;

/** Calls `handler` with each message about `topic` from other processes. */
export function onProcessMessage(topic: string, handler: Handler): void {
  shared().handlers.set(topic, handler);
}

/**
 * Sends a message to the other processes, if there is a connection; delivery is not guaranteed. False if the message is
 * too long to be sent.
 */
export function sendToProcesses(topic: string, data: unknown): boolean {
  const { send, self, instance } = shared();
  if (!send) return true;
  const text = JSON.stringify({ instance, topic, from: self, data });
  if (Buffer.byteLength(text) > PROCESS_MESSAGE_MAX_BYTES) return false;
  send(text);
  return true;
}

/** Whether messages can be sent at the moment. */
export const isProcessLinkOpen = (): boolean => shared().send !== undefined;

export type ProcessLink = { stop(): Promise<void> };

/** Opens the connection and keeps it open. Resolves after the first attempt; does not keep the process alive. */
export async function openProcessLink(databaseUrl: string): Promise<ProcessLink> {
  const state = shared();
  const { config, pooled, schema } = connectionOf(databaseUrl);
  state.instance = createHash("sha256")
    .update(schema ?? "")
    .digest("hex")
    .slice(0, 16);
  const retry = backoff(MAX_RETRY_MS);
  let client: pg.Client | null = null;
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  state.leads = false;

  const lose = (lost: pg.Client) => {
    if (client !== lost) return;
    client = null;
    state.leads = false;
    delete state.send;
  };
  const open = async (): Promise<pg.Client> => {
    const created = new pg.Client({
      ...config,
      application_name: `throughline process ${process.pid}`,
      connectionTimeoutMillis: PATIENCE_MS,
      query_timeout: PATIENCE_MS,
      keepAlive: true,
    });
    created.on("error", () => lose(created));
    created.on("end", () => lose(created));
    created.on("notification", ({ payload }) => receive(payload ?? ""));
    await created.connect();
    client = created;
    // Through a pooler neither LISTEN nor a session's settings reach anybody.
    if (pooled) return created;
    await created.query(SETTINGS);
    await created.query("LISTEN throughline");
    state.send = (text) => void created.query("SELECT pg_notify('throughline', $1)", [text]).catch(() => {});
    return created;
  };
  const check = async () => {
    const current = client ?? (await open());
    if (!state.leads) state.leads = await tryToLead(current, pooled);
    else await current.query("SELECT 1");
  };
  const round = async () => {
    let pauseMs = CHECK_EVERY_MS;
    try {
      await check();
      retry.worked();
    } catch (error) {
      const broken = client;
      if (broken) {
        lose(broken);
        void broken.end().catch(() => {});
      }
      if (!isStopped) logFault("the connection between processes is lost", error);
      pauseMs = retry.failed();
    }
    if (!isStopped) timer = setTimeout(() => void round(), pauseMs).unref();
  };
  await round();
  return {
    stop: async () => {
      isStopped = true;
      clearTimeout(timer);
      const last = client;
      if (!last) return;
      lose(last);
      await last.end().catch(() => {});
    },
  };
}

/**
 * Tries to take the lock: for the session, or through a pooler for a transaction that stays open, which keeps its
 * connection.
 */
async function tryToLead(client: pg.Client, pooled: boolean): Promise<boolean> {
  type Row = { leads: boolean };
  if (!pooled) {
    const { rows } = await client.query<Row>(LOCK);
    return rows[0]?.leads ?? false;
  }
  await client.query("BEGIN; SET LOCAL idle_in_transaction_session_timeout = 0");
  const { rows } = await client.query<Row>(LOCK_POOLED);
  if (rows[0]?.leads) return true;
  await client.query("ROLLBACK");
  return false;
}

/** Hands a message to its handler, unless it is our own or of an instance in another schema of the database. */
function receive(payload: string): void {
  const { self, instance, handlers } = shared();
  try {
    const message = JSON.parse(payload) as Record<string, unknown> | null;
    const { topic, from, data } = message ?? {};
    if (message?.instance !== instance || typeof topic !== "string" || typeof from !== "string" || from === self)
      return;
    handlers.get(topic)?.(data, from);
  } catch (error) {
    logFault("a message between processes could not be read", error);
  }
}
