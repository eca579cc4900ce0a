import { expect, test } from "vitest";
import type { OperationOutcome } from "@/lib/events/operation";
import { throughline } from "@/lib/ingest/dialects/throughline";
import { BOT_RESULT } from "@/lib/ingest/dialects/translate";
import type { ProjectSettings } from "@/lib/projects/settings";

const request = (body: unknown) => ({
  endpoint: "messages",
  path: "/track",
  query: new URLSearchParams(),
  headers: {},
  body,
  receivedAt: 0,
});
const group = { type: "group", payload: { groupId: "acme" } };
const settings = {} as ProjectSettings;

const result = (outcome: Partial<OperationOutcome>, session: string | null = null) => ({
  ...BOT_RESULT,
  messages: [group],
  outcomes: [{ status: "accepted" as const, deviceId: "laptop", sessionId: null, warnings: [], ...outcome }],
  session,
  isBot: false,
});

test("the answer to a single message without a session asks for its device's, and has it", () => {
  expect(throughline.needsSessionOf?.(request(group), result({}))).toBe("laptop");
  expect(throughline.answer(request(group), result({}, "s1"), settings)).toEqual({
    status: 200,
    body: { deviceId: "laptop", sessionId: "s1" },
  });
});

test("without a current session the answer has none", () => {
  expect(throughline.answer(request(group), result({}), settings).body).toEqual({ deviceId: "laptop", sessionId: "" });
});

test.each([
  ["a message with a session", group, { sessionId: "own" }],
  ["a message without a device", group, { deviceId: null }],
  ["a rejected message", group, { status: "rejected" as const }],
  ["a batch", { batch: [group] }, {}],
])("%s needs no look-up", (_what, body, outcome) =>
  expect(throughline.needsSessionOf?.(request(body), result(outcome))).toBeNull(),
);

test("a session of its own is not replaced", () => {
  const { body } = throughline.answer(request(group), result({ sessionId: "own" }, "other"), settings);
  expect(body).toMatchObject({ sessionId: "own" });
});
