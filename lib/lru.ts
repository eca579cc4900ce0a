import { LRUCache } from "lru-cache";

/**
 * A cache of at most `entries`, which evicts the least recently used first. Grows with use, while lru-cache's own `max`
 * allocates room for all entries at once: 1 MB and 4 ms for 50,000. `ttl` is in ms.
 */
export const lru = <Value extends {}>(entries: number, options: { ttl?: number } = {}): LRUCache<string, Value> =>
  new LRUCache<string, Value>({ ...options, maxSize: entries, sizeCalculation: () => 1 });

export type Lru<Value extends {}> = LRUCache<string, Value>;
