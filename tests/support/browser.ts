/**
 * The browser of a database test that calls actions and pages without a server: what `next/headers` answers there
 * (tests/support/next-headers.ts). Empty at the start of each file.
 */
export const browser = { cookies: new Map<string, string>(), headers: new Headers() };

export function forgetBrowser(): void {
  browser.cookies.clear();
  browser.headers = new Headers();
}
