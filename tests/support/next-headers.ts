import { browser, type SetCookie } from "./browser";

/** In place of `next/headers` in database tests (vitest.config.ts): the test's browser. */
export const headers = async () => browser.headers;

export const cookies = async () => ({
  get: (name: string) => (browser.cookies.has(name) ? { name, value: browser.cookies.get(name) } : undefined),
  getAll: () => [...browser.cookies].map(([name, value]) => ({ name, value })),
  set: (name: string, value: string, rest: Omit<SetCookie, "name" | "value"> = {}) => {
    browser.sent.push({ name, value, ...rest });
    // A browser refuses a cookie with this prefix unless it is secure, also one that would delete it.
    if (name.startsWith("__") && !rest.secure) return;
    if (rest.maxAge === 0) browser.cookies.delete(name);
    else browser.cookies.set(name, value);
  },
  delete: (name: string) => browser.cookies.delete(name),
});
