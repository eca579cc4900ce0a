/** localStorage, or undefined when it is blocked. Never throws. */
export function openStore(): Storage | undefined {
  try {
    return localStorage;
  } catch {}
}

/** Stores `value`; when there is no room, nothing rather than the value before it. */
export function save(store: Storage | undefined, key: string, value: string): void {
  try {
    store?.setItem(key, value);
  } catch {
    store?.removeItem(key);
  }
}
