/** The debugger's data, as its page gets it. */

export const MESSAGE_STATUSES = ["accepted", "altered", "duplicate", "rejected", "refused"] as const;
/**
 * `altered`: stored, but not as sent. `rejected`: it was invalid. `refused`: it was valid but deliberately not stored
 * (a crawler, an objection, a rule of the project, a key without permission).
 */
export type MessageStatus = (typeof MESSAGE_STATUSES)[number];

/** A message and its outcome. */
export type SeenMessage = {
  /** Milliseconds since 1970. */
  at: number;
  status: MessageStatus;
  type: string;
  name: string | null;
  /** Shortened; an e-mail address is masked. */
  user: string | null;
  device: string | null;
  reasons: string[];
  /** The invalid input, as a dotted path. */
  field: string | null;
  /** The path to which it was sent, which shows the SDK. */
  via: string;
};

/** `number`: counts a project's messages from 1, in the order in which this process received or learned of them. */
export type DebuggerEntry = SeenMessage & { number: number };

export type Counters = Record<MessageStatus, number> & {
  /** Events that SDKs reported as dropped because a device's storage was full. */
  dropped: number;
};

/** A request that belongs to no project: its key is unknown or absent, or could not be read. */
export type UnmatchedRequest = {
  number: number;
  /** Milliseconds since 1970. */
  at: number;
  via: string;
  /** The website it names, if any. */
  origin: string | null;
  reason: string;
};

/** `process` changes when the numbers start over: after a restart, or with another process behind the load balancer. */
export type RecentMessages = { process: number; entries: DebuggerEntry[]; counters: Counters };

/** The data of the debugger's page: the project's messages, and unmatched requests that may be meant for it. */
export type DebuggerView = RecentMessages & { unmatched: UnmatchedRequest[] };
