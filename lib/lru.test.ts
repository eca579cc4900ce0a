import { LRUCache } from "lru-cache";
import { expect, test, vi } from "vitest";
import { lru } from "./lru";

test("whatever is read and written, it holds what a cache of that many entries holds", () => {
  const [ours, reference] = [lru<number>(5), new LRUCache<string, number>({ max: 5 })];
  for (let i = 0; i < 2_000; i++) {
    const key = `k${(i * i * 7 + i) % 11}`;
    if (i % 3 === 0) expect(ours.get(key)).toBe(reference.get(key));
    else if (i % 7 === 0) expect(ours.delete(key)).toBe(reference.delete(key));
    else for (const cache of [ours, reference]) cache.set(key, i);
    expect([...ours.entries()]).toEqual([...reference.entries()]);
  }
  expect(ours.size).toBe(5);
});

test("an entry is gone after its time, and without one it stays", async () => {
  const [short, endless] = [lru<true>(5, { ttl: 1 }), lru<true>(5)];
  for (const cache of [short, endless]) cache.set("a", true);
  await vi.waitFor(() => expect(short.has("a")).toBe(false));
  expect(endless.has("a")).toBe(true);
});
