/**
 * Runs in the browser before any page's own code. zod finds out whether it may evaluate code by trying; our
 * Content-Security-Policy refuses that, and the browser reports it (docs/decisions/0100-content-security-policy.md).
 */
const shared = globalThis as typeof globalThis & { __zod_globalConfig?: { jitless?: boolean } };
shared.__zod_globalConfig ??= {};
shared.__zod_globalConfig.jitless = true;

export {};
