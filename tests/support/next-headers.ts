import { browser } from "./browser";

/** In place of `next/headers` in database tests (vitest.config.ts): the test's browser. */
export const headers = async () => browser.headers;

export const cookies = async () => ({
  get: (name: string) => (browser.cookies.has(name) ? { name, value: browser.cookies.get(name) } : undefined),
  getAll: () => [...browser.cookies].map(([name, value]) => ({ name, value })),
  set: (name: string, value: string) => browser.cookies.set(name, value),
  delete: (name: string) => browser.cookies.delete(name),
});
