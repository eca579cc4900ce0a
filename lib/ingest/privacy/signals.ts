import { consentOf } from "@/lib/events/consent";
import type { HeaderMap } from "@/lib/http/header-map";
import { singleHeader } from "@/lib/http/header-map";
import type { Refusal } from "@/lib/ingest/privacy/refusal";

export type PrivacySignal = Extract<Refusal, "gpc" | "dnt">;

/** The privacy signal that a browser sends with every request; null for none. The newer standard wins. */
export function privacySignalOf(headers: HeaderMap): PrivacySignal | null {
  if (isOn(headers["sec-gpc"])) return "gpc";
  return isOn(headers.dnt) ? "dnt" : null;
}

/** A header that was sent twice is joined: "1, 1". */
const isOn = (value: string | string[] | undefined): boolean => /^\s*1\s*(,|$)/.test(singleHeader(value) ?? "");

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
