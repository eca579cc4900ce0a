import { BATCH_CHARS, FLUSH_MS, QUEUE_CHARS, RETRY_MAX_MS, RETRY_MS } from "./limits";
import type { Save } from "./storage";
import type { Options } from "./types";

/** `answer` is what the page's options or the server's answer say. */
export type Note = (what: unknown, answer?: Pick<Options, "recognition">) => void;

export type Outbox = {
  /** Queues one serialised message. A page's first message and urgent ones are sent when the current task ends. */
  add(id: string, json: string, isUrgent?: boolean): void;
  /**
   * Sends a batch now, unless one is under way or the server asked to wait; `isLeaving` does not wait for the former.
   */
  flush(isLeaving?: boolean): void;
  empty(): void;
};

/**
 * Keeps messages until the server acknowledges them. Each is a separate row in `store` (key `prefix` + id), so tabs
 * never overwrite each other and a closed tab's rows are sent by the next page; a message sent twice keeps its id, and
 * the server stores each id once. No custom headers: the body names the client, which avoids a preflight.
 */
export function createOutbox(
  post: (members: string) => Promise<Response>,
  store: Storage | undefined,
  save: Save,
  prefix: string,
  note: Note,
): Outbox {
  const queue = new Map<string, string>();
  const underway = new Set<string>();
  let dropped = 0;
  let failures = 0;
  let notBefore = 0;
  let pauseMs = 0;
  let timer: ReturnType<typeof setTimeout> | 0 = 0;

  const remove = (key: string) => {
    queue.delete(key);
    store?.removeItem(key);
  };
  const schedule = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(flush, Math.max(ms, notBefore - Date.now()));
  };

  const flush = async (isLeaving?: boolean) => {
    timer = 0;
    if ((underway.size && !isLeaving) || Date.now() < notBefore) return;
    const keys: string[] = [];
    let batch = "";
    for (const [key, json] of queue) {
      if (underway.has(key)) continue;
      if (batch && (batch + json).length > BATCH_CHARS) break;
      batch += (batch && ",") + json;
      keys.push(key);
      underway.add(key);
    }
    if (!batch) return;
    try {
      const response = await post(`"sentAt":${Date.now()},"dropped":${dropped},"batch":[${batch}]`);
      if (/5..|408|429/.test(response.status as unknown as string)) throw response;
      // A captive portal's 200 is HTML, so json() throws and the batch is kept.
      note(response, response.ok && (await response.json()));
      for (const key of keys) remove(key);
      dropped = failures = 0;
    } catch (error) {
      note(error);
      const retryAfter = (error as Partial<Response>).headers?.get("retry-after") as unknown as number;
      notBefore =
        Date.now() + (retryAfter * 1000 || Math.min(RETRY_MS * 2 ** failures++, RETRY_MAX_MS) * (1 + Math.random()));
    }
    for (const key of keys) underway.delete(key);
    if (queue.size) schedule(0);
  };

  for (const key in store) {
    if (key.startsWith(prefix)) queue.set(key, store[key]);
  }
  schedule(0);
  addEventListener("online", () => {
    notBefore = 0;
    schedule(0);
  });

  return {
    add(id, json, isUrgent) {
      queue.set(prefix + id, json);
      save(store, prefix + id, json);
      while (`${[...queue]}`.length > QUEUE_CHARS) {
        remove([...queue.keys()][0] as string);
        dropped++;
      }
      if (isUrgent) schedule(0);
      else if (!timer) schedule(pauseMs);
      pauseMs = FLUSH_MS;
    },
    flush,
    empty() {
      for (const id of queue.keys()) remove(id);
    },
  };
}
