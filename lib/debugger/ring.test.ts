import { expect, test } from "vitest";
import { chunksOf, recentMessages } from "@/lib/debugger/relay";
import {
  forgetShown,
  KEPT_MESSAGES,
  rememberDropped,
  rememberFromOthers,
  rememberMessages,
  takeUnsent,
} from "@/lib/debugger/ring";
import type { SeenMessage } from "@/lib/debugger/types";
import { newId } from "@/lib/ids";
import { type Scope, SEES_ALL, SEES_MASKED } from "@/lib/scope";

const scopeOf = (projectId: string) => ({ projectId, actor: "system:test", sight: SEES_ALL }) as Scope;
const seen = (name: string, status: SeenMessage["status"] = "accepted"): SeenMessage => ({
  at: 1,
  status,
  type: "track",
  name,
  user: null,
  device: null,
  reasons: [],
  field: null,
  via: "/track",
});

test("the last 500 messages of a project, oldest first, numbered from one on", () => {
  const scope = scopeOf(newId());
  expect(recentMessages(scope).entries).toEqual([]);
  for (let i = 1; i <= KEPT_MESSAGES + 3; i++) rememberMessages(scope.projectId, seen(`event ${i}`));
  const { entries, counters } = recentMessages(scope);
  expect([entries.length, entries[0]?.number, entries.at(-1)?.name]).toEqual([500, 4, "event 503"]);
  expect(counters.accepted).toBe(503);
});

test("a second look returns only new messages", () => {
  const scope = scopeOf(newId());
  rememberMessages(scope.projectId, seen("a"));
  rememberMessages(scope.projectId, seen("b", "rejected"));
  expect(recentMessages(scope, 1).entries.map(({ name }) => name)).toEqual(["b"]);
  expect(recentMessages(scope, 2).entries).toEqual([]);
});

test("projects do not see each other's messages", () => {
  const [one, other] = [scopeOf(newId()), scopeOf(newId())];
  rememberMessages(one.projectId, seen("secret"));
  rememberDropped(one.projectId, 3);
  expect(recentMessages(other)).toMatchObject({ entries: [], counters: { accepted: 0, dropped: 0 } });
  expect(recentMessages(one).counters.dropped).toBe(3);
});

test("masked sight shows a message without its user and device", () => {
  const scope = scopeOf(newId());
  rememberMessages(scope.projectId, { ...seen("a"), user: "ada@…", device: "d-1" });
  expect(recentMessages(scope).entries).toMatchObject([{ user: "ada@…", device: "d-1" }]);
  expect(recentMessages({ ...scope, sight: SEES_MASKED }).entries).toMatchObject([
    { name: "a", user: null, device: null },
  ]);
});

test("an erased person's ids are removed from the project's messages; others stay", () => {
  const [one, other] = [scopeOf(newId()), scopeOf(newId())];
  for (const { projectId } of [one, other]) {
    rememberMessages(projectId, { ...seen("a"), user: "ada…", device: "dev…" });
    rememberMessages(projectId, { ...seen("b"), user: "bob…" });
  }
  forgetShown(one.projectId, ["ada…", "dev…"]);
  const who = (scope: typeof one) => recentMessages(scope).entries.map(({ user, device }) => [user, device]);
  expect(who(one)).toEqual([
    [null, null],
    ["bob…", null],
  ]);
  expect(who(other)[0]).toEqual(["ada…", "dev…"]);
});

const NO_COUNTS = { accepted: 0, altered: 0, duplicate: 0, rejected: 0, refused: 0, dropped: 0 };

test("messages of other processes are shown and counted with our own, and never forwarded", () => {
  const scope = scopeOf(newId());
  rememberMessages(scope.projectId, seen("own 1"));
  rememberFromOthers(scope.projectId, "b", [seen("theirs 1")], { ...NO_COUNTS, accepted: 7 });
  rememberMessages(scope.projectId, seen("own 2"));
  rememberFromOthers(scope.projectId, "b", [seen("theirs 2")], { ...NO_COUNTS, accepted: 8, rejected: 1 });
  rememberFromOthers(scope.projectId, "c", [], { ...NO_COUNTS, accepted: 100 });
  const { entries, counters } = recentMessages(scope);
  expect(entries.map(({ name }) => name)).toEqual(["own 1", "theirs 1", "own 2", "theirs 2"]);
  expect(counters).toMatchObject({ accepted: 2 + 8 + 100, rejected: 1 });
  const taken = takeUnsent(scope.projectId, 10);
  expect(taken.seen.map(({ name }) => name)).toEqual(["own 1", "own 2"]);
  expect(taken.counters.accepted).toBe(2);
  expect(takeUnsent(scope.projectId, 10).seen).toEqual([]);
  rememberMessages(scope.projectId, seen("own 3"));
  for (let i = 0; i < KEPT_MESSAGES; i++) rememberFromOthers(scope.projectId, "b", [seen("flood")], NO_COUNTS);
  rememberMessages(scope.projectId, seen("own 4"));
  expect(takeUnsent(scope.projectId, 10).seen.map(({ name }) => name)).toEqual(["own 4"]); // 3 was pushed out
});

test("messages are sent in order in signals of at most 7,800 bytes; one that does not fit alone is left out", () => {
  const long = (name: string, chars: number) => ({ ...seen(name), via: "é".repeat(chars) });
  const all = Array.from({ length: 60 }, (_, i) => long(`${i}`, i * 10));
  const chunks = chunksOf([...all, long("too long", 4_000)]);
  expect(chunks.flat()).toEqual(all);
  for (const chunk of chunks) expect(Buffer.byteLength(JSON.stringify(chunk))).toBeLessThan(7_200);
  expect(chunks.length).toBeLessThan(12);
});
