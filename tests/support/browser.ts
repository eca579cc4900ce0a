/**
 * The browser of a test that calls actions and pages without a server: what `next/headers` answers. Each file mocks it
 * itself, as vi.mock works per file:
 * `vi.mock("next/headers", async () => (await import("../support/browser")).nextHeaders)`.
 */
export const browser = { cookies: new Map<string, string>(), headers: new Headers() };

export const nextHeaders = {
  headers: async () => browser.headers,
  cookies: async () => ({
    get: (name: string) => (browser.cookies.has(name) ? { name, value: browser.cookies.get(name) } : undefined),
    getAll: () => [...browser.cookies].map(([name, value]) => ({ name, value })),
    set: (name: string, value: string) => browser.cookies.set(name, value),
    delete: (name: string) => browser.cookies.delete(name),
  }),
};
