import { single } from "@/lib/ingest/http/request";
import type { Refusal } from "@/lib/ingest/privacy/refusal";
import type { HeaderMap } from "@/lib/projects/clients";

export type Signal = Extract<Refusal, "gpc" | "dnt">;

/** The objection to tracking that a browser sends with every request; null for none. The newer signal wins. */
export function signalOf(headers: HeaderMap): Signal | null {
  if (isOn(headers["sec-gpc"])) return "gpc";
  return isOn(headers.dnt) ? "dnt" : null;
}

/** A header that was sent twice arrives as "1, 1". */
const isOn = (value: string | string[] | undefined): boolean => /^\s*1\s*(,|$)/.test(single(value) ?? "");

/**
 * Messages that a signal does not refuse: they say that somebody objects, or nothing about anybody. Erasures need the
 * secret, and with it no signal counts.
 */
export const isAboveSignals = (type: string): boolean => type === "refused" || type === "replay";
