import { rememberDropped, rememberLimited, rememberMessages, shortened } from "@/lib/debugger/ring";
import type { MessageStatus, SeenMessage } from "@/lib/debugger/types";
import { rememberUnmatched } from "@/lib/debugger/unmatched";
import { AppError } from "@/lib/errors";
import type { OperationOutcome } from "@/lib/events/operation";
import { authenticateRequest } from "@/lib/ingest/http/authenticate";
import { type IngestRequest, originOf, seenAddress, splitUrl } from "@/lib/ingest/http/request";
import type { ParsedRequest } from "@/lib/ingest/parse/parse";
import { EMAIL_MASK, maskEmailsAndTokens } from "@/lib/ingest/privacy/mask";
import { ERASED_TEXTS, REFUSAL_TEXTS, type Refusal, SENT_BY_SDKS } from "@/lib/ingest/privacy/refusal";
import { countRefusal } from "@/lib/ingest/privacy/refusal-counts.store";
import { cutText } from "@/lib/ingest/values/clean";
import { credentialsOf } from "@/lib/projects/clients";
import type { ProjectSettings } from "@/lib/projects/settings";

/** Reports the outcomes of messages and requests, for the debugger and the daily counts. */

/** The most characters of a name that the debugger shows. */
const NAME_SHOWN = 80;
/** The most warnings and reasons shown per message. */
const REASONS_SHOWN = 6;
/** The most messages an SDK may report as dropped in one request. */
const DROPPED_MAX = 100_000;

/** A request whose project is known. `via`: its path. */
export type ReportedRequest = { settings: ProjectSettings; receivedAt: number; via: string };

/** Reports each message. `parsed` and `outcomes` belong to `messages`, in the same order. */
export function reportOutcomes(
  { settings, receivedAt: at, via }: ReportedRequest,
  messages: readonly unknown[],
  parsed: ParsedRequest,
  outcomes: readonly OperationOutcome[],
  dropped: unknown,
): void {
  const rejections = new Map(parsed.rejections.map((rejection) => [rejection.index, rejection]));
  const refusals = new Map(parsed.refusals.map((refusal) => [refusal.index, refusal]));
  const reported = messages.map((message, index): SeenMessage => {
    const entry = entryOf(message, at, via);
    const rejection = rejections.get(index);
    const refusal = refusals.get(index);
    const outcome = outcomes[parsed.firstOperation[index] ?? -1];
    if (rejection) {
      entry.field = rejection.field ?? null;
      return completeEntry(entry, "rejected", [rejection.message]);
    }
    if (refusal) {
      countRefusal(settings.id, refusal.reason, at);
      return completeEntry(isObjection(refusal.reason) ? withoutIds(entry) : entry, "refused", [refusal.message]);
    }
    if (!outcome) return completeEntry(entry, "accepted", ["ignored: nothing to store"]);
    const isErased = outcome.status === "dropped";
    if (isErased) countRefusal(settings.id, "erased", at);
    return completeEntry(isErased ? withoutIds(entry) : entry, statusOf(outcome), reasonsOf(outcome));
  });
  rememberMessages(settings.id, ...reported);
  reportDropped(settings.id, at, dropped);
}

function statusOf({ status, warnings }: OperationOutcome): MessageStatus {
  if (status === "dropped") return "refused";
  if (status === "accepted" && warnings.length > 0) return "altered";
  return status;
}

const reasonsOf = ({ status, warnings, reason, erased = "before" }: OperationOutcome): string[] =>
  reason ? [reason.message] : status === "dropped" ? [ERASED_TEXTS[erased]] : warnings;

/** Reports a whole request that was valid but refused: a crawler's. */
export function reportRefusal({ settings, receivedAt, via }: ReportedRequest, reason: Refusal): void {
  countRefusal(settings.id, reason, receivedAt);
  rememberMessages(settings.id, {
    ...NO_MESSAGE,
    at: receivedAt,
    via,
    status: "refused",
    type: "request",
    reasons: [REFUSAL_TEXTS[reason]],
  });
}

/** Reports a whole request that failed: a wrong secret, another site's page, too large. */
function reportFault(projectId: string, at: number, via: string, reason: string, isRefusal: boolean): void {
  const status = isRefusal ? "refused" : "rejected";
  rememberMessages(projectId, {
    ...NO_MESSAGE,
    at,
    via,
    status,
    type: "request",
    reasons: [maskEmailsAndTokens(reason).text],
  });
}

/**
 * Reports how many messages the SDK says it dropped since its last successful request. Implausible numbers are ignored.
 */
function reportDropped(projectId: string, at: number, dropped: unknown): void {
  if (typeof dropped !== "number" || !Number.isInteger(dropped) || dropped < 1 || dropped > DROPPED_MAX) return;
  countRefusal(projectId, "dropped", at, dropped);
  rememberDropped(projectId, dropped);
}

const NO_MESSAGE = { name: null, user: null, device: null, field: null };

/** Completes an entry of the debugger. Mutates it for speed: this runs for every ingested message. */
function completeEntry(entry: SeenMessage, status: MessageStatus, reasons: readonly string[]): SeenMessage {
  entry.status = status;
  if (reasons.length > 0)
    entry.reasons = reasons.slice(0, REASONS_SHOWN).map((reason) => maskEmailsAndTokens(reason).text);
  return entry;
}

/** Whether the visitor objects to tracking, so that nobody may see who it was. */
const isObjection = (reason: Refusal): boolean => SENT_BY_SDKS.some((one) => one === reason);

const withoutIds = (entry: SeenMessage): SeenMessage => ({ ...entry, user: null, device: null });

/** The only parts of a message that are shown, whatever its shape: type, name and shortened ids. */
function entryOf(message: unknown, at: number, via: string): SeenMessage {
  const { type, payload, anonymousId } = objectOf(message);
  const inside = objectOf(payload);
  return {
    type: typeof type === "string" ? maskEmailsAndTokens(cutText(type, NAME_SHOWN)).text : "message",
    name:
      typeof inside.name === "string" && type === "track"
        ? maskEmailsAndTokens(cutText(inside.name, NAME_SHOWN)).text
        : null,
    user: shortId(inside.profileId),
    device: shortId(anonymousId),
    at,
    via,
    status: "accepted",
    field: null,
    reasons: [],
  };
}

const objectOf = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};

/** An id as the debugger shows it: shortened, or replaced if it is an address. */
function shortId(value: unknown): string | null {
  if (typeof value !== "string" && typeof value !== "number") return null;
  const id = String(value).trim();
  if (id === "") return null;
  // An @, plain or percent-encoded.
  if (/[@%]/.test(id) && (id.includes("@") || maskEmailsAndTokens(id).hasEmail)) return EMAIL_MASK;
  return shortened(id);
}

/** Characters of an unknown client id that the debugger shows: enough for its owner to recognise the key. */
const KEY_SHOWN = 8;

/**
 * Reports a request that failed as a whole, even if its body could not be read: in the debugger of its key's project,
 * or as an unmatched request. Never throws, so that the response gives the request's own failure.
 */
export async function reportFailure(request: IngestRequest, error: unknown): Promise<void> {
  if (!(error instanceof AppError) || error.code === "unavailable") return;
  const credentials = credentialsOf(request.headers, splitUrl(request).query);
  if (!request.projectId && credentials.clientId !== null && error.code !== "unauthorized") {
    await authenticateRequest(credentials, request).catch(() => undefined);
  }
  const id = credentials.clientId === null ? "" : ` It began with ${credentials.clientId.slice(0, KEY_SHOWN)}.`;
  const hint = request.projectId || error.code !== "unauthorized" ? "" : id;
  if (error.code === "rate_limited" && request.projectId) {
    const { path: via } = splitUrl(request);
    rememberLimited(request.projectId, { at: request.receivedAt, via, reason: error.message });
    return;
  }
  reportWhole(request, `${error.message}${hint}`, error.code !== "too_large");
}

/** Reports a whole request: in its project's debugger, or as an unmatched request if its project is unknown. */
export function reportWhole(request: IngestRequest, reason: string, isRefusal: boolean): void {
  const { path } = splitUrl(request);
  const at = request.receivedAt;
  if (request.projectId) {
    reportFault(request.projectId, at, path, reason, isRefusal);
    return;
  }
  const sender = { address: seenAddress(request), origin: originOf(request) };
  rememberUnmatched(sender, { at, via: path.slice(0, 100), reason });
}
