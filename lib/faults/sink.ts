/** A fault as lib/faults/log.ts prints it, in parts. */
export type LoggedFault = { what: string; message: string; repeats: number; stack: string };
/** No address, query or user agent, and only the impersonal part of the path (pathForLog). */
export type LoggedRequest = { id: string; method: string; path: string; status: number; ms: number };
export type Sink = { fault(fault: LoggedFault): void; request(request: LoggedRequest): void };

const shared = globalThis as typeof globalThis & { throughlineLog?: Sink };

/** Where structured lines go; undefined: the log is for people to read. One for all of Next's copies of this module. */
export const jsonLog = (): Sink | undefined => shared.throughlineLog;

export function setJsonLog(sink: Sink): void {
  shared.throughlineLog = sink;
}
