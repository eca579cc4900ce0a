/** What a device or a tab remembers, or undefined when that is blocked or not wanted. Never throws. */
export const openStore = (area: "localStorage" | "sessionStorage" | false): Storage | undefined => {
  try {
    return globalThis[area as "localStorage"];
  } catch {}
};

/** Stores `value` and says so; when there is no room, nothing rather than the value before it. */
export const save = (store: Storage | undefined, key: string, value: string): true | undefined => {
  try {
    (store as Storage).setItem(key, value);
    return true;
  } catch {
    store?.removeItem(key);
  }
};

/**
 * What is kept under `key` in `store`, and in memory while the page lives. Read anew at each call, as other tabs write
 * too; called with a value, it writes it.
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
