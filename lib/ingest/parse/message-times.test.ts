import { readFileSync } from "node:fs";
import { join } from "node:path";
import { marked, type Tokens } from "marked";
import { describe, expect, test, vi } from "vitest";
import type { Dialect } from "@/lib/ingest/dialects/dialect";
import { mixpanel } from "@/lib/ingest/dialects/mixpanel";
import { posthog } from "@/lib/ingest/dialects/posthog";
import { rybbit } from "@/lib/ingest/dialects/rybbit";
import { segment } from "@/lib/ingest/dialects/segment";
import { umami } from "@/lib/ingest/dialects/umami";
import { parseMessages } from "@/lib/ingest/parse/parse";
import { projectSettings } from "@/tests/support/project-settings";

vi.stubEnv("DATABASE_URL", "postgres://nobody@127.0.0.1:1/unused");
vi.stubEnv("AUTH_SECRET", "0123456789abcdef");

/** Each example in the table of times (docs/wire.md W10), through our own format and every dialect. */
const RECEIVED = Date.UTC(2026, 1, 1);
const settings = projectSettings();

const blocks = marked.lexer(readFileSync(join(import.meta.dirname, "../../../docs/wire.md"), "utf8"));
const table = blocks.find(
  (block): block is Tokens.Table => block.type === "table" && block.header[1]?.text === "for example",
);
const rows = (table?.rows ?? []).map((cells) => cells.map(({ text }) => text) as [string, string, string]);
const examples = rows.flatMap(([what, sent, is]) =>
  [...sent.matchAll(/`([^`]+)`/g)].map(([, json = ""]) => [what, json, is] as const),
);

type Read = { ts: number | undefined; warnings: string[]; fault: string | undefined };
function read(messages: readonly unknown[], sentAt?: unknown): Read {
  const sender = {
    settings,
    trusted: true,
    receivedAt: RECEIVED,
    origin: null,
    visitor: null,
    derive: () => "",
    sentAt,
  };
  const { operations, rejections } = parseMessages(messages, { ...sender, isImport: true }, 0);
  expect(operations.length + rejections.length).toBe(1);
  return { ts: operations[0]?.ts, warnings: operations[0]?.warnings ?? [], fault: rejections[0]?.code };
}

const ours = (outside: object, payload: object = {}) =>
  read([{ type: "track", ...outside, payload: { name: "x", ...payload } }]);
const foreign = (dialect: Dialect, endpoint: string, body: unknown) => {
  const request = { endpoint, path: "/", query: new URLSearchParams(), headers: {}, body, receivedAt: RECEIVED };
  const { translations, sentAt } = dialect.translate(request, true);
  return read(
    translations.map(({ message }) => message),
    sentAt,
  );
};

const PLACES: Record<string, (time: unknown) => Read> = {
  "ours, timestamp": (timestamp) => ours({ timestamp }),
  "ours, timestamp of a device whose clock is known": (timestamp) =>
    ours({ timestamp, sentAt: new Date(RECEIVED).toISOString(), anonymousId: "device" }),
  "ours, in the payload": (timestamp) => ours({}, { timestamp }),
  "OpenPanel, __timestamp": (time) => ours({}, { properties: { __timestamp: time } }),
  "Segment, timestamp": (timestamp) => foreign(segment, "track", { type: "track", event: "x", userId: "u", timestamp }),
  "Segment, originalTimestamp": (originalTimestamp) =>
    foreign(segment, "track", { type: "track", event: "x", userId: "u", timestamp: "", originalTimestamp }),
  "PostHog, timestamp": (timestamp) => foreign(posthog, "capture", { event: "x", distinct_id: "u", timestamp }),
  "Mixpanel, time": (time) => foreign(mixpanel, "track", { event: "x", properties: { distinct_id: "u", time } }),
  "Umami, timestamp": (timestamp) =>
    foreign(umami, "send", { type: "event", payload: { name: "x", id: "u", timestamp } }),
  "Rybbit, timestamp": (timestamp) =>
    foreign(rybbit, "track", { type: "custom_event", event_name: "x", user_id: "u", timestamp }),
};

test("the table exists, and every row has examples", () => {
  expect(rows.length).toBeGreaterThan(10);
  for (const [, sent, is] of rows) expect([sent, is].join()).toMatch(/`.+,.*(`|refused|the time of receipt)/);
});

describe.each(Object.entries(PLACES))("%s:", (_place, send) => {
  test.each(examples)("%s, %s, is %s", (_what, json, is) => {
    const { ts, warnings, fault } = send(JSON.parse(json));
    const [, written] = /`(.+)`/.exec(is) ?? [];
    if (written) expect(ts && new Date(ts).toISOString()).toBe(written);
    else if (is.startsWith("the time of receipt")) {
      expect(ts).toBe(RECEIVED);
      expect(warnings.some((words) => words.includes("future"))).toBe(is.includes("warning"));
    } else expect([is, fault]).toEqual(["refused", "unprocessable"]);
  });
});

test("a time after its own sending does not affect the clock estimate: the next one is not shifted", () => {
  const sentAt = new Date(RECEIVED).toISOString();
  const at = (timestamp: string) => ours({ timestamp, sentAt, anonymousId: "odd" }).ts;
  expect(at("9999-12-31T00:00:00Z")).toBe(RECEIVED);
  expect(at("2026-01-31T23:59:59.000Z")).toBe(RECEIVED - 1000);
});
