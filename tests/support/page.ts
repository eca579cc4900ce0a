import { vi } from "vitest";

/** A localStorage: its own enumerable keys are the stored ones, as in a browser. `isFull` makes writes fail. */
export class FakeStorage {
  [key: string]: unknown;
  getItem(key: string): string | null {
    return Object.hasOwn(this, key) ? (this[key] as string) : null;
  }
  setItem(key: string, value: string): void {
    if (full.has(this)) throw new Error("QuotaExceededError");
    this[key] = value;
  }
  removeItem(key: string): void {
    delete this[key];
  }
}

const full = new WeakSet<FakeStorage>();
export const fillStorage = (storage: FakeStorage): void => void full.add(storage);

export type Sent = { id: string; type: string; payload: Record<string, unknown> } & Record<string, unknown>;
type Listener = (event: Record<string, unknown>) => void;

/** The part of a page that the SDK uses, installed as globals until `vi.unstubAllGlobals()`. */
export function openPage(
  options: { href?: string; referrer?: string; storage?: FakeStorage | "blocked"; navigator?: object } = {},
) {
  const listeners = new Map<string, Listener[]>();
  const listen = (name: string, listener: Listener) => listeners.set(name, [...(listeners.get(name) ?? []), listener]);
  const emit = (name: string, event: Record<string, unknown> = {}) => {
    for (const listener of listeners.get(name) ?? []) listener(event);
  };
  const location = new URL(options.href ?? "https://shop.example/start?utm_source=x");
  const move = (_state: unknown, _title: string, to: string) => {
    location.href = new URL(to, location.href).href;
  };
  const document = {
    title: "Start",
    referrer: options.referrer ?? "https://search.example/",
    hidden: false,
    prerendering: false,
    addEventListener: listen,
  };
  const requests: { url: string; init: RequestInit; body: { sentAt: number; dropped: number; batch: Sent[] } }[] = [];
  /** The server's next answers; the last is repeated. An Error is a broken network. */
  const answers: (Response | Error | (() => Promise<Response>))[] = [];
  const fetch = async (url: string, init: RequestInit) => {
    requests.push({ url, init, body: JSON.parse(String(init.body)) });
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer instanceof Error) throw answer;
    if (typeof answer === "function") return answer();
    return answer?.clone() ?? Response.json({ accepted: 1, duplicates: 0, rejected: [] });
  };
  const storage = options.storage ?? new FakeStorage();
  vi.stubGlobal("document", document);
  vi.stubGlobal("location", location);
  vi.stubGlobal("history", { pushState: move, replaceState: move });
  vi.stubGlobal("navigator", options.navigator ?? {});
  vi.stubGlobal("addEventListener", listen);
  vi.stubGlobal("fetch", fetch);
  if (storage !== "blocked") vi.stubGlobal("localStorage", storage);
  else {
    Object.defineProperty(globalThis, "localStorage", {
      configurable: true,
      get() {
        throw new Error("SecurityError");
      },
    });
  }
  const sent = () => requests.flatMap((request) => request.body.batch ?? []);
  /** Complete messages that were sent alone: visitors who object. */
  const alone = () => requests.map((request) => request.body as object).filter((body) => !("batch" in body));
  return { document, location, storage: storage as FakeStorage, requests, answers, sent, alone, emit };
}
