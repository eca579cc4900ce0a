/**
 * Runs in the browser before any page's own code (docs/decisions/0100-content-security-policy.md).
 *
 * zod finds out whether it may evaluate code by trying; our Content-Security-Policy refuses that, and the browser
 * reports it. The menus and dialogs of Radix insert a style element while they are open: they take the nonce that the
 * page's own scripts have from where webpack would put it.
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
