import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";

/** A request id as our proxy may have set it: letters, digits and hyphens, too short for personal data. */
const GIVEN = /^[A-Za-z0-9-]{8,64}$/;

const shared = globalThis as typeof globalThis & { throughlineRequestId?: AsyncLocalStorage<string> };
/** One for server.ts and for Next's copies of this module. */
const storage = (): AsyncLocalStorage<string> => (shared.throughlineRequestId ??= new AsyncLocalStorage());

/** The id of the request that is being answered; undefined in jobs, and in ingest, whose requests have no ids. */
export const requestId = (): string | undefined => shared.throughlineRequestId?.getStore();

/** Runs `work` as part of a request: its log lines have `id`. */
export const asRequest = <T>(id: string, work: () => T): T => storage().run(id, work);

/** The id that a trusted proxy has set, or a new one. */
export const idFor = (given: string | undefined, trusted: boolean): string =>
  trusted && given !== undefined && GIVEN.test(given) ? given : randomUUID();
