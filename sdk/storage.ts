/** Local or session storage, or undefined when blocked or not wanted. Never throws. */
export const openStore = (area: "localStorage" | "sessionStorage" | false): Storage | undefined => {
  try {
    return globalThis[area as "localStorage"];
  } catch {}
};

/** Stores `value` and returns whether it did; without room, removes the old value rather than keeping it. */
export const save = (store: Storage | undefined, key: string, value: string): true | undefined => {
  try {
    (store as Storage).setItem(key, value);
    return true;
  } catch {
    store?.removeItem(key);
  }
};

/**
 * A value under `key` in `store`, and in memory for the life of the page. Read on every call, as other tabs write
 * too; called with a value, writes it.
 */
export const remembered = <T>(store: Storage | undefined, key: string): ((value?: T) => T | undefined) => {
  let known: T | undefined;
  return (value) => {
    try {
      known = value ?? JSON.parse(store?.getItem(key) as string) ?? known;
    } catch {}
    if (value != null) save(store, key, JSON.stringify(value));
    return known;
  };
};
