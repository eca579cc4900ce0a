/**
 * Runs in the browser before any page's own code (docs/decisions/0100-content-security-policy.md).
 *
 * zod tests whether it may evaluate code by trying; our Content-Security-Policy refuses that, and the browser would
 * report it. The menus and dialogs of Radix insert a style element while they are open: they read the page's nonce from
 * webpack's global.
 */
const shared = globalThis as typeof globalThis & {
  __zod_globalConfig?: { jitless?: boolean };
  __webpack_nonce__?: string;
};
shared.__zod_globalConfig ??= {};
shared.__zod_globalConfig.jitless = true;
const nonce = document.querySelector<HTMLScriptElement>("script[nonce]")?.nonce;
if (nonce) shared.__webpack_nonce__ = nonce;

export {};
