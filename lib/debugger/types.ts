/** What the debugger knows of a message; also read by the page that shows it. */

export const STATUSES = ["accepted", "altered", "duplicate", "rejected", "refused"] as const;
/**
 * `altered`: stored, but not as sent. `rejected`: there was something wrong with it. `refused`: nothing was wrong with
 * it, and it is not stored on purpose (a crawler, an objection, a rule of the project, a key that may not).
 */
export type Status = (typeof STATUSES)[number];

export type Seen = {
  /** Milliseconds since 1970. */
  at: number;
  status: Status;
  type: string;
  name: string | null;
  /** Cut short; an e-mail address is masked. */
  user: string | null;
  device: string | null;
  reasons: string[];
  /** The input at fault, in dots. */
  field: string | null;
  /** The path it came by, which tells the SDK. */
  via: string;
};

/** `number` counts a project's messages from 1, in this process. */
export type Entry = Seen & { number: number };

export type Counters = Record<Status, number> & {
  /** What SDKs said they had to drop, because a device's storage was full. */
  dropped: number;
};

/** A request that belongs to no project, because its key is unknown or absent, or it could not be read that far. */
export type UnmatchedRequest = {
  number: number;
  /** Milliseconds since 1970. */
  at: number;
  via: string;
  /** The website it names, if any. */
  origin: string | null;
  reason: string;
};

/** `process` changes when the numbers start anew: a restart, or another process behind the load balancer. */
export type Glimpse = { process: number; entries: Entry[]; counters: Counters };

/** What the debugger's page asks for: the project's messages, and unmatched requests that may be meant for it. */
export type DebuggerView = Glimpse & { unmatched: UnmatchedRequest[] };
