import { consentOf } from "@/lib/events/consent";
import type { ErasedReason } from "@/lib/events/operation";
import type { HeaderMap } from "@/lib/http/header-map";

/**
 * Why a valid message is not stored. Counted by project, day and reason only. SDKs report `gpc`, `dnt` and `opt_out`
 * once per visit; `dropped` counts messages that did not fit into their queue.
 */
export const REFUSALS = ["gpc", "dnt", "opt_out", "bot", "not_stored", "expired", "erased", "dropped"] as const;
export type Refusal = (typeof REFUSALS)[number];

/** Reasons an SDK may give for a visitor it does not record. */
export const SENT_BY_SDKS = ["gpc", "dnt", "opt_out"] as const satisfies readonly Refusal[];

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

export type PrivacySignal = Extract<Refusal, "gpc" | "dnt">;

/** The privacy signal that a browser sends with every request; null for none. The newer standard wins. */
export function privacySignalOf(headers: HeaderMap): PrivacySignal | null {
  if (isOn(headers["sec-gpc"])) return "gpc";
  return isOn(headers.dnt) ? "dnt" : null;
}

/** A header that was sent twice is joined: "1, 1". */
const isOn = (value: HeaderMap[string]): boolean => typeof value === "string" && /^\s*1\s*(,|$)/.test(value);

type MessageBody = { type: string; payload: Record<string, unknown> };

/**
 * Whether a message is stored despite a signal: an objection, a withdrawal of consent, or about nobody. Erasures need
 * the secret, and with it signals are ignored.
 */
export const isStoredDespiteSignals = ({ type, payload }: MessageBody): boolean =>
  type === "refused" || type === "replay" || (type === "track" && isWithdrawal(payload));

const isWithdrawal = ({ name, properties }: MessageBody["payload"]): boolean =>
  typeof name === "string" &&
  typeof properties === "object" &&
  properties !== null &&
  consentOf(name, properties as MessageBody["payload"])?.granted === false;
