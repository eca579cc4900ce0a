import { BATCH_CHARS, BATCH_EVENTS, FLUSH_MS, QUEUE_CHARS, RETRY_MAX_MS, RETRY_MS, TIMEOUT_MS } from "./limits";
import { save } from "./storage";

export type Outbox = {
  /** Queues one serialised message. A page's first, and an urgent one, leave as soon as the current task ends. */
  add(id: string, json: string, isUrgent?: boolean): void;
  /** Sends a batch now, unless one is under way or the server asked to wait; `isLeaving` does not wait for the former. */
  flush(isLeaving?: boolean): void;
  empty(): void;
};

/**
 * Keeps messages until the server has answered for them. Each is a row of its own in `store` (key `prefix` + id), so tabs
 * never overwrite each other and a closed tab's rows are sent by the next page; what is then sent twice has one id, and
 * the server stores an id once. No headers: the body says who sends, which spares the browser a preflight.
 */
export function createOutbox(
  url: string,
  clientId: string,
  store: Storage | undefined,
  prefix: string,
  log: (...args: unknown[]) => void,
): Outbox {
  const queue = new Map<string, string>();
  const underway = new Set<string>();
  let chars = 0;
  let dropped = 0;
  let failures = 0;
  let notBefore = 0;
  let pauseMs = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const put = (id: string, json: string) => {
    queue.set(id, json);
    chars += json.length;
  };
  const remove = (id: string) => {
    chars -= queue.get(id)?.length ?? 0;
    queue.delete(id);
    store?.removeItem(prefix + id);
  };
  const schedule = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => flush(), Math.max(ms, notBefore - Date.now()));
  };

  const send = async (ids: string[], body: string) => {
    try {
      const response = await fetch(url, {
        method: "POST",
        body,
        keepalive: body.length < BATCH_CHARS + 500,
        signal: AbortSignal.timeout?.(TIMEOUT_MS),
      });
      const { status } = response;
      if (status === 408 || status === 429 || status >= 500) throw response;
      // A captive portal's 200 is a page, not our answer: json() throws, and the batch is kept.
      log(status, response.ok && (await response.json()));
      ids.forEach(remove);
      dropped = failures = 0;
    } catch (error) {
      log(error);
      const askedMs = Number((error as Partial<Response>).headers?.get("retry-after")) * 1000 || 0;
      const backoffMs = Math.min(RETRY_MS * 2 ** failures++, RETRY_MAX_MS) * (0.5 + Math.random() / 2);
      notBefore = Date.now() + Math.max(askedMs, backoffMs);
    }
    for (const id of ids) underway.delete(id);
    if (queue.size) schedule(0);
  };

  const flush = (isLeaving?: boolean) => {
    timer = undefined;
    if ((underway.size && !isLeaving) || Date.now() < notBefore) return;
    const ids: string[] = [];
    let size = 0;
    for (const [id, json] of queue) {
      if (underway.has(id)) continue;
      size += json.length;
      if (ids.length === BATCH_EVENTS || (ids.length && size > BATCH_CHARS)) break;
      ids.push(id);
      underway.add(id);
    }
    if (!ids.length) return;
    const head = `"clientId":"${clientId}","sentAt":"${new Date().toISOString()}","dropped":${dropped}`;
    send(ids, `{${head},"batch":[${ids.map((id) => queue.get(id))}]}`);
  };

  for (const key of Object.keys(store || {})) {
    if (key.startsWith(prefix)) put(key.slice(prefix.length), store?.getItem(key) as string);
  }
  if (queue.size) schedule(0);
  addEventListener("online", () => {
    notBefore = 0;
    schedule(0);
  });

  return {
    add(id, json, isUrgent) {
      put(id, json);
      save(store, prefix + id, json);
      while (chars > QUEUE_CHARS) {
        remove(queue.keys().next().value as string);
        dropped++;
      }
      if (isUrgent || queue.size >= BATCH_EVENTS) schedule(0);
      else if (!timer) schedule(pauseMs);
      pauseMs = FLUSH_MS;
    },
    flush,
    empty() {
      for (const id of queue.keys()) remove(id);
    },
  };
}
