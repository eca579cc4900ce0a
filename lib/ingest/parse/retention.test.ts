import { expect, test, vi } from "vitest";
import { parseMessages } from "@/lib/ingest/parse/parse";
import type { Sender } from "@/lib/ingest/parse/reading";
import { projectSettings } from "@/tests/support/project-settings";

vi.stubEnv("DATABASE_URL", "postgres://nobody@127.0.0.1:1/unused");
vi.stubEnv("AUTH_SECRET", "0123456789abcdef");

const RECEIVED = Date.UTC(2026, 1, 1, 12);
const settings = projectSettings({ retention: { days: 30, byEvent: ["ping: 2", "buy: 0", "identify: 2"] } });
const importer: Sender = {
  settings,
  trusted: true,
  receivedAt: RECEIVED,
  origin: null,
  visitor: null,
  derive: () => "",
  isImport: true,
};

const parse = (message: unknown) => parseMessages([message], importer, 0);
const timestamp = (daysAgo: number) => new Date(RECEIVED - daysAgo * 86_400_000).toISOString();
const track = (name: string, daysAgo: number, properties = {}) => ({
  type: "track",
  payload: { name, timestamp: timestamp(daysAgo), properties },
});

test.each([
  ["by its own limit, although newer than the usual one", track("ping", 4), "expired"],
  ["by the usual limit", track("view", 32), "expired"],
  ["a whole day longer, as days are deleted whole", track("view", 30.4), undefined],
  ["kept for ever", track("buy", 400), undefined],
  ["an identify", { type: "identify", timestamp: timestamp(40), payload: { profileId: "u" } }, "expired"],
  [
    "an identify that a limit by name is not for",
    { type: "identify", timestamp: timestamp(4), payload: { profileId: "u" } },
    undefined,
  ],
])("what is expired on arrival is refused, imports too: %s", (_, message, reason) => {
  expect(parse(message).refusals[0]?.reason).toBe(reason);
});

test("the reason names the limit of such events", () => {
  expect(parse(track("ping", 4)).refusals[0]?.message).toBe("older than the 2 days for which events are kept");
});

test("an event that is kept loses an identify that is not", () => {
  const message = track("buy", 40, { __identify: { profileId: "u" } });
  expect(parse(message).operations.map(({ kind }) => kind)).toEqual(["event"]);
});
