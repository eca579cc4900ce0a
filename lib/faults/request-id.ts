import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";

/** An id that a proxy of ours may have given the request: letters, digits and hyphens, too short for anybody's data. */
const GIVEN = /^[A-Za-z0-9-]{8,64}$/;

const shared = globalThis as typeof globalThis & { throughlineRequestId?: AsyncLocalStorage<string> };
/** One for server.ts and for Next's copies of this module. */
const storage = (): AsyncLocalStorage<string> => (shared.throughlineRequestId ??= new AsyncLocalStorage());

/** The id of the request that is being answered; undefined in jobs and in ingest, which has none. */
export const requestId = (): string | undefined => shared.throughlineRequestId?.getStore();

/** Runs `work` as the answer to a request: what it logs carries `id`. */
export const asRequest = <T>(id: string, work: () => T): T => storage().run(id, work);

/** The id a trusted proxy gave, or a new one. */
export const idFor = (given: string | undefined, trusted: boolean): string =>
  trusted && given !== undefined && GIVEN.test(given) ? given : randomUUID();
