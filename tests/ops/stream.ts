import { readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { newId } from "@/lib/ids";

/** Senders at once; each has one request under way. */
const SENDERS = 16;

export type Stream = {
  sent: Set<string>;
  answered: Set<string>;
  /** Every sender ends after its current request. */
  stop(): Promise<void>;
  stopped: Promise<void>;
};

/** What a sender does after a request that was not answered 200: continue or stop. */
type Otherwise = (status: number | null) => Promise<"go on" | "stop">;

/** Sends events, a third of them in batches, until `otherwise` returns stop; `onAnswered` is called for every 200. */
export function stream(
  url: string,
  clientId: string,
  onAnswered: (count: number) => void,
  otherwise: Otherwise,
): Stream {
  const sent = new Set<string>();
  const answered = new Set<string>();
  let isOver = false;
  const send = async (sender: number) => {
    for (let turn = 0; !isOver; turn++) {
      const ids = Array.from({ length: turn % 3 === 0 ? 10 : 1 }, () => newId());
      for (const id of ids) sent.add(id);
      const status = await post(url, clientId, ids, `device-${sender}`).catch(() => null);
      if (status === 200) {
        for (const id of ids) answered.add(id);
        onAnswered(answered.size);
      } else if ((await otherwise(status)) === "stop") return;
    }
  };
  const stopped = Promise.all(Array.from({ length: SENDERS }, (_, i) => send(i))).then(() => {});
  const stop = () => {
    isOver = true;
    return stopped;
  };
  return { sent, answered, stop, stopped };
}

/** Sends events with these ids; the status. Rejects when the connection breaks. */
export async function post(url: string, clientId: string, ids: string[], anonymousId: string): Promise<number> {
  const messages = ids.map((id) => ({ id, anonymousId, type: "track", payload: { name: "beat" } }));
  const response = await fetch(`${url}/track`, {
    method: "POST",
    headers: { "content-type": "application/json", "openpanel-client-id": clientId },
    body: JSON.stringify(messages.length === 1 ? messages[0] : { batch: messages }),
  });
  await response.text();
  return response.status;
}

/** The process of the embedded Postgres over this data folder. */
export function postgresPid(dataDir: string): number {
  const pidFile = readFileSync(join(dataDir, "postgres", "cluster", "postmaster.pid"), "utf8");
  return Number(pidFile.split("\n")[0]);
}

/** The ids stored for a project, and the number of events according to the sums kept beside them. */
export async function readBack(databaseUrl: string, projectId: string): Promise<{ stored: string[]; counted: number }> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const events = await client.query<{ id: string }>("SELECT id FROM events WHERE project_id = $1", [projectId]);
  const sums = await client.query<{ events: number }>(
    "SELECT sum(event_count)::int AS events FROM spans WHERE project_id = $1",
    [projectId],
  );
  await client.end();
  return { stored: events.rows.map((row) => row.id), counted: sums.rows[0]?.events ?? 0 };
}
