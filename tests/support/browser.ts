/** A cookie as the server sets it. */
export type SetCookie = {
  name: string;
  value: string;
  secure?: boolean;
  path?: string;
  httpOnly?: boolean;
  maxAge?: number;
};

/**
 * The browser of a database test that calls actions and pages without a server: what `next/headers` answers there
 * (tests/support/next-headers.ts), and each cookie that it was sent. Empty at the start of each file.
 */
export const browser = { cookies: new Map<string, string>(), headers: new Headers(), sent: [] as SetCookie[] };

export function forgetBrowser(): void {
  browser.cookies.clear();
  browser.sent.length = 0;
  browser.headers = new Headers();
}
