import type { ErasedReason } from "@/lib/events/operation";

/**
 * Why a valid message is not stored. Counted by project, day and reason only. SDKs report `gpc`, `dnt` and `opt_out`
 * once per visit; `dropped` counts messages that did not fit into their queue.
 */
export const REFUSALS = ["gpc", "dnt", "opt_out", "bot", "not_stored", "expired", "erased", "dropped"] as const;
export type Refusal = (typeof REFUSALS)[number];

/** Reasons an SDK may give for a visitor it does not record. */
export const SENT_BY_SDKS = ["gpc", "dnt", "opt_out"] as const satisfies readonly Refusal[];

/** Whether the visitor objects to tracking, so that nobody may see who it was. */
export const isObjection = (reason: Refusal): boolean => SENT_BY_SDKS.some((one) => one === reason);

export const REFUSAL_TEXTS: Record<Refusal, string> = {
  gpc: "the visitor's browser sends Global Privacy Control: counted, nothing else stored",
  dnt: "the visitor's browser sends Do Not Track: counted, nothing else stored",
  opt_out: "the visitor opted out: counted, nothing else stored",
  bot: "a crawler that says so: counted, nothing else stored",
  not_stored: "on the project's do-not-store list",
  expired: "older than the project keeps events",
  erased: "the person was erased, and this is from before",
  dropped: "the device had no room for it",
};

/** Shown in the debugger. */
export const ERASED_TEXTS: Record<ErasedReason, string> = {
  before: REFUSAL_TEXTS.erased,
  device:
    "the person was erased on this device: what it sends with their user id is dropped until it has another id (clear(), or the next day where nothing is stored)",
  "for good": "this id was erased for good",
};

/** Thrown while reading a message that is accepted but not stored. */
export class MessageRefused extends Error {
  readonly reason: Refusal;

  constructor(reason: Refusal, message: string = REFUSAL_TEXTS[reason]) {
    super(message);
    this.name = "MessageRefused";
    this.reason = reason;
  }
}
