import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakeStorage, fillStorage, openPage } from "@/tests/support/page";
import { createOutbox } from "./outbox";
import type { Save } from "./storage";

const NOON_MS = Date.UTC(2026, 0, 31, 12);
const message = (id: string, text = "") => JSON.stringify({ id, type: "track", payload: { text } });

beforeEach(() => {
  vi.useFakeTimers({ now: NOON_MS });
  vi.spyOn(Math, "random").mockReturnValue(1);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

function open(storage: FakeStorage | "blocked" = new FakeStorage()) {
  const page = openPage({ storage });
  const store = storage === "blocked" ? undefined : (storage as never as Storage);
  const post = (members: string) => fetch("/api/track", { method: "POST", body: `{"clientId":"key",${members}}` });
  const save: Save = (into, key, value) => {
    try {
      into?.setItem(key, value);
      return true;
    } catch {
      into?.removeItem(key);
    }
  };
  const outbox = createOutbox(post, store, save, "q.", () => {});
  const add = (...ids: string[]) => ids.forEach((id) => void outbox.add(id, message(id)));
  const sizes = () => page.requests.map((request) => request.body.batch.length);
  const ids = () => page.requests.map((request) => request.body.batch.map((item) => item.id).join());
  return { ...page, outbox, add, sizes, ids };
}

const answer = (status: number, headers = {}) => new Response("{}", { status, headers });
const settle = (ms: number) => vi.advanceTimersByTimeAsync(ms);

test("a page's first message is sent at once, the following ones together two seconds later", async () => {
  const { add, ids, requests } = open();
  add("a");
  await settle(0);
  add("b", "c");
  await settle(1999);
  expect(ids()).toEqual(["a"]);
  await settle(1);
  expect(ids()).toEqual(["a", "b,c"]);
  expect(requests[0]?.body).toMatchObject({ clientId: "key", sentAt: NOON_MS, dropped: 0 });
});

test("an urgent message flushes the whole queue", async () => {
  const { add, outbox, ids } = open();
  add("a");
  await settle(0);
  add("b");
  outbox.add("c", message("c"), true);
  await settle(0);
  expect(ids()).toEqual(["a", "b,c"]);
});

test("a request needs no preflight: no headers, a plain text body", async () => {
  const { add, requests } = open();
  add("a");
  await settle(0);
  expect(requests[0]?.init.headers).toBeUndefined();
  expect(typeof requests[0]?.init.body).toBe("string");
});

test("no batch exceeds the limit of a closing page", async () => {
  const { outbox, sizes, requests } = open();
  for (let index = 0; index < 120; index++) outbox.add(`e${index}`, message(`e${index}`, "x".repeat(300)));
  await settle(10);
  expect(sizes().reduce((sum, size) => sum + size)).toBe(120);
  expect(Math.max(...sizes())).toBeLessThan(120);
  const before = sizes().length;
  for (const id of ["x", "y", "z"]) outbox.add(id, message(id, "ü".repeat(9000)));
  await settle(2010);
  expect(sizes().slice(before)).toEqual([2, 1]);
  for (const request of requests) expect(new Blob([String(request.init.body)]).size).toBeLessThan(64 * 1024);
});

test("an answered batch is deleted, on the device too", async () => {
  const { add, storage, sizes } = open();
  add("a", "b");
  expect(Object.keys(storage)).toEqual(["q.a", "q.b"]);
  await settle(60_000);
  expect(Object.keys(storage)).toEqual([]);
  expect(sizes()).toEqual([2]);
});

test.each([
  ["a broken network", new TypeError("Failed to fetch")],
  ["503", answer(503)],
  ["429", answer(429)],
  ["408", answer(408)],
  ["a captive portal's page", new Response("<html>", { status: 200 })],
])(
  "%s: the same messages are sent again after 1, 2 and 4 seconds, and none is lost or left behind",
  async (_fault, fault) => {
    const { add, answers, ids, storage } = open();
    answers.push(fault, fault, fault, Response.json({ accepted: 2, duplicates: 0, rejected: [] }));
    add("a", "b");
    await settle(999);
    expect(ids()).toHaveLength(1);
    await settle(1);
    expect(ids()).toHaveLength(2);
    await settle(2000 + 4000 - 1);
    expect(ids()).toHaveLength(3);
    await settle(1);
    expect(ids()).toEqual(["a,b", "a,b", "a,b", "a,b"]);
    await settle(600_000);
    expect(ids()).toHaveLength(4);
    expect(Object.keys(storage)).toEqual([]);
  },
);

test("retry delays grow to 200 to 400 seconds, at random, and no further", async () => {
  const { add, answers, ids } = open();
  answers.push(answer(503));
  vi.mocked(Math.random).mockReturnValue(0);
  add("a");
  await settle(500);
  expect(ids()).toHaveLength(2);
  vi.mocked(Math.random).mockReturnValue(1);
  await settle(3_600_000);
  const before = ids().length;
  await settle(300_000);
  expect(ids().length - before).toBe(1);
});

test.each([429, 503])("%i: Retry-After is obeyed, also by new messages and by a page that closes", async (status) => {
  const { add, outbox, answers, ids } = open();
  answers.push(answer(status, { "retry-after": "120" }), answer(200));
  add("a");
  await settle(0);
  add("b");
  outbox.flush(true);
  await settle(119_999);
  expect(ids()).toEqual(["a"]);
  await settle(1);
  expect(ids()).toEqual(["a", "a,b"]);
});

test.each([400, 401, 403, 413, 422])("%i is final: the batch is dropped, not repeated", async (status) => {
  const { add, answers, ids, storage } = open();
  answers.push(answer(status));
  add("a");
  await settle(600_000);
  expect(ids()).toEqual(["a"]);
  expect(Object.keys(storage)).toEqual([]);
});

test("one request at a time; a closing page also sends what is not in flight", async () => {
  const { add, outbox, answers, ids } = open();
  let finish = (_: Response) => {};
  answers.push(() => new Promise<Response>((resolve) => (finish = resolve)), answer(200));
  add("a");
  await settle(0);
  add("b");
  await settle(5000);
  expect(ids()).toEqual(["a"]);
  outbox.flush(true);
  expect(ids()).toEqual(["a", "b"]);
  finish(answer(200));
  await settle(5000);
  expect(ids()).toEqual(["a", "b"]);
});

test("coming online does not wait for the pause to end", async () => {
  const { add, answers, ids, emit } = open();
  answers.push(new TypeError("offline"), answer(503), answer(503), answer(200));
  add("a");
  await settle(4000);
  const before = ids().length;
  emit("online");
  await settle(0);
  expect(ids()).toHaveLength(before + 1);
});

test("a closed tab's messages are sent by the next page", async () => {
  const storage = new FakeStorage();
  storage.setItem("q.old", message("old"));
  storage.setItem("unrelated", "1");
  const { ids } = open(storage);
  await settle(0);
  expect(ids()).toEqual(["old"]);
  expect(Object.keys(storage)).toEqual(["unrelated"]);
});

test("two tabs never lose each other's messages", async () => {
  const storage = new FakeStorage();
  const first = open(storage);
  first.add("a");
  const second = open(storage);
  second.add("b");
  expect(Object.keys(storage)).toEqual(["q.a", "q.b"]);
});

test("a full queue drops the oldest, and reports the number dropped until acknowledged", async () => {
  const { outbox, answers, requests, storage } = open();
  answers.push(new TypeError("offline"));
  for (let index = 0; index < 60; index++) outbox.add(`e${index}`, message(`e${index}`, "x".repeat(10_000)));
  await settle(0);
  const kept = Object.keys(storage).length;
  expect(kept).toBeLessThan(50);
  expect(storage.getItem("q.e59")).not.toBeNull();
  expect(storage.getItem("q.e0")).toBeNull();
  answers.splice(0, 1, answer(200));
  await settle(600_000);
  const reports = requests.map((request) => request.body.dropped).filter(Boolean);
  expect(reports).toEqual([60 - kept, 60 - kept]); // the failed attempt's and its repetition's
  expect(Object.keys(storage)).toEqual([]);
});

test("works in memory when storage is blocked or full", async () => {
  const blocked = open("blocked");
  blocked.add("a");
  await settle(0);
  expect(blocked.ids()).toEqual(["a"]);
  const storage = new FakeStorage();
  fillStorage(storage);
  const crowded = open(storage);
  crowded.add("b");
  await settle(0);
  expect(crowded.ids()).toEqual(["b"]);
});

test("a visitor who opts out leaves nothing behind", async () => {
  const { add, outbox, storage, requests } = open();
  add("a", "b");
  outbox.empty();
  await settle(60_000);
  expect(Object.keys(storage)).toEqual([]);
  expect(requests).toEqual([]);
});
