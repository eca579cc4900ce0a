import { AppError } from "@/lib/errors";
import type { OperationOutcome } from "@/lib/events/operation";
import { type HandledRequest, isObject, type Translated, type Translation } from "@/lib/ingest/dialects/dialect";
import { type ParsedRequest, parseMessages } from "@/lib/ingest/parse/parse";
import type { Sender } from "@/lib/ingest/parse/reading";

/** What all dialects share between translation and parser. */

/** People that one request may erase: each takes up to 200 ms. */
const ERASURES_MAX = 50;

/** A request's messages in our format, and the users it erases. */
export type Incoming = {
  translations: readonly Translation[];
  messages: readonly unknown[];
  erases: readonly string[];
};

function incomingOf({ translations: all, fromServer }: Translated): Incoming {
  const erases = all.flatMap((one) => one.erases ?? []);
  if (erases.length > ERASURES_MAX) throw new AppError("too_large", `At most ${ERASURES_MAX} people at once.`);
  const translations = erases.length === 0 ? all : all.filter((one) => one.erases === undefined);
  const messages = translations.map(({ message }) => (fromServer ? asUpsert(message) : message));
  return { translations, messages, erases };
}

/** A server's identify without a device is a nightly upsert, not activity (docs/identity.md R10). */
function asUpsert(message: unknown): unknown {
  const isUpsert = isObject(message) && message.type === "identify" && (message.anonymousId ?? null) === null;
  return isUpsert ? { ...message, passive: true } : message;
}

/** Parses the request's messages; adds the translation's faults and warnings to the parser's. */
export function parseTranslated(
  translated: Translated,
  sender: Sender,
  bytes: number,
): { incoming: Incoming; parsed: ParsedRequest } {
  const incoming = incomingOf(translated);
  const { translations, messages } = incoming;
  const parsed = parseMessages(
    translations.map(({ fault }, index) => fault ?? messages[index]),
    sender,
    bytes,
  );
  translations.forEach(({ warning }, index) => {
    const first = parsed.operations[parsed.firstOperation[index] ?? -1];
    if (warning !== undefined && first) first.warnings.push(warning);
  });
  return { incoming, parsed };
}

/**
 * The results of a request's messages. A class, because each object literal with a getter gets its own hidden class,
 * which costs 10 µs.
 */
export class RequestResult implements HandledRequest {
  readonly isBot = false;
  readonly messages: readonly unknown[];
  session: string | null = null;

  constructor(
    private readonly incoming: Incoming,
    readonly parsed: ParsedRequest,
    readonly outcomes: readonly OperationOutcome[],
  ) {
    this.messages = incoming.messages;
  }

  /** Computed only for dialects that use it. */
  get refused(): ReadonlyMap<number, string> {
    return refusedItems(this.incoming.translations, this.parsed, this.outcomes);
  }
}

/** Why items were not stored, by index in the request; the first reason if there are several. */
function refusedItems(
  translations: readonly Translation[],
  parsed: ParsedRequest,
  outcomes: readonly OperationOutcome[],
) {
  const faults = new Map(parsed.rejections.map(({ index, message }) => [index, message]));
  const refused = new Map<number, string>();
  translations.forEach(({ item = 0 }, index) => {
    const outcome = outcomes[parsed.firstOperation[index] ?? -1];
    const reason = faults.get(index) ?? (outcome?.status === "rejected" ? outcome.reason?.message : undefined);
    if (reason !== undefined && !refused.has(item)) refused.set(item, reason);
  });
  return refused;
}

/** The outcome for a crawler's request. */
export const BOT_RESULT: HandledRequest = {
  messages: [],
  parsed: { operations: [], firstOperation: [], rejections: [], refusals: [] },
  outcomes: [],
  refused: new Map(),
  session: null,
  isBot: true,
};
