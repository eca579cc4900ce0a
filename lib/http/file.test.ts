import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { fileResponse, STALLED_DOWNLOAD_MS } from "@/lib/http/file";
import { newId } from "@/lib/ids";
import { grantScope, type Scope } from "@/lib/scope";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] }));
afterEach(() => void vi.useRealTimers());

const scopeOf = (member = newId(), organization = newId()) => grantScope("p", `member:${member}`, organization);
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** An endless file, and whether its producer was told to stop. */
function endless(scope: Scope) {
  const made = { stopped: false };
  async function* pieces() {
    try {
      for (;;) yield "x".repeat(100_000);
    } finally {
      made.stopped = true;
    }
  }
  return { made, response: fileResponse(scope, "users.csv", "text/csv", pieces()) };
}

test("a reader who takes nothing for 30 s is dropped: the download fails, its producer stops, the slot is free", async () => {
  const scope = scopeOf();
  const { made, response } = endless(scope);
  endless(scope);
  expect(() => endless(scope)).toThrow(expect.objectContaining({ code: "rate_limited" }));
  await turn();
  await vi.advanceTimersByTimeAsync(STALLED_DOWNLOAD_MS - 1);
  expect(made.stopped).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(made.stopped).toBe(true);
  await expect(response.text()).rejects.toThrow("not read");
  endless(scope);
});

test("a slow reader is not dropped", async () => {
  const { made, response } = endless(scopeOf());
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  let bytes = 0;
  for (let i = 0; i < 20; i++) {
    bytes += (await reader.read()).value?.length ?? 0;
    await vi.advanceTimersByTimeAsync(STALLED_DOWNLOAD_MS - 1_000);
  }
  expect([made.stopped, bytes > 500_000]).toEqual([false, true]);
  await reader.cancel();
  expect(made.stopped).toBe(true);
});

test("one member's stalled downloads do not block others", async () => {
  const organization = newId();
  const ada = newId();
  endless(scopeOf(ada, organization));
  endless(scopeOf(ada, organization));
  expect(() => endless(scopeOf(ada, organization))).toThrow();
  endless(scopeOf(newId(), organization));
  endless(scopeOf(newId(), newId()));
});

test("a download that breaks off is an error to its reader, never a complete file", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  async function* broken() {
    yield "id\r\n";
    throw new Error("the database went away");
  }
  const response = fileResponse(scopeOf(), "users.csv", "text/csv", broken());
  await expect(response.text()).rejects.toThrow("the database went away");
});

test("a file arrives complete, in chunks a slow reader can take", async () => {
  async function* pieces() {
    yield "ü".repeat(100_000);
    yield "";
    yield "end";
  }
  const response = fileResponse(scopeOf(), "users.csv", "text/csv", pieces());
  expect(await response.text()).toBe(`${"ü".repeat(100_000)}end`);
});
