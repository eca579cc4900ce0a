import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { liveResponse, STALLED_STREAM_MS } from "@/lib/http/live";
import { newId } from "@/lib/ids";
import { grantScope, type Scope } from "@/lib/scope";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => void vi.useRealTimers());

const scopeOf = () => grantScope("p", `member:${newId()}`, newId());
/** A view with a change every second. */
const watch = (scope: Scope, abort = new AbortController()) => {
  const look = async () => ({ messages: [{ event: "events", data: [1] }], everyMs: 1_000 });
  return liveResponse(scope, new Request("http://x/live", { signal: abort.signal }), look);
};

test("one member's views do not block others, and closing one makes room", () => {
  const ada = scopeOf();
  const abort = new AbortController();
  for (let i = 0; i < 19; i++) watch(ada);
  watch(ada, abort);
  expect(() => watch(ada)).toThrow(expect.objectContaining({ code: "rate_limited" }));
  watch(scopeOf());
  abort.abort();
  watch(ada);
});

test("a reader who takes nothing for 30 s is dropped", async () => {
  const ada = scopeOf();
  for (let i = 0; i < 20; i++) watch(ada);
  await vi.advanceTimersByTimeAsync(STALLED_STREAM_MS + 2_000);
  watch(ada);
});

test("an active reader is not dropped while the view lasts", async () => {
  const reader = (watch(scopeOf()).body as ReadableStream<Uint8Array>).getReader();
  let pieces = 0;
  for (let i = 0; i < 60; i++) {
    const { done } = await reader.read();
    if (!done) pieces++;
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(pieces).toBe(60);
});
