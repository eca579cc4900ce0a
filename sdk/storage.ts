/** Local or session storage, or undefined when blocked. Never throws. */
export const openStore = (area: "localStorage" | "sessionStorage"): Storage | undefined => {
  try {
    return globalThis[area];
  } catch {}
};

export type Save = (store: Storage | undefined, key: string, value: string) => true | undefined;

/**
 * A value under `key` in `store`, and in memory for the life of the page. Read on every call, as other tabs write
 * too; called with a value, writes it.
 */
export const remembered = <T>(save: Save, store: Storage | undefined, key: string): ((value?: T) => T | undefined) => {
  let known: T | undefined;
  return (value) => {
    try {
      known = value ?? JSON.parse(store?.getItem(key) as string) ?? known;
    } catch {}
    if (value != null) save(store, key, JSON.stringify(value));
    return known;
  };
};
