import { jsonLog } from "./sink";
import { isDatabaseUnreachable } from "./unreachable";

/** Each cause is logged at most once per this interval, in ms. */
const INTERVAL_MS = 60_000;
/** How many distinct causes are logged per interval; any further ones share one line. */
const MAX_CAUSES = 100;
/** How many lines of a stack trace are logged. */
const MAX_FRAMES = 8;
/** How many characters of a message are logged. */
const MAX_MESSAGE = 500;
/** How many segments of a path are logged. */
const MAX_SEGMENTS = 3;

type Seen = { at: number; suppressed: number };
const shared = globalThis as typeof globalThis & { throughlineFaults?: Map<string, Seen> };

/**
 * The only way to log a fault that may repeat: one line (and the frames of its stack) per cause and minute, with the
 * number of repetitions since. While the database is unreachable everything fails for that reason, so all of it shares
 * one line. `what` names the work, never a person; parts of the message that may quote data are dropped.
 */
export function logFault(what: string, error: unknown, now: number = Date.now()): void {
  const isUnreachable = isDatabaseUnreachable(error);
  const message = messageOf(error);
  const repeats = record(isUnreachable ? "away" : `${what} ${message}`.replace(/\d+/g, "#"), now);
  if (repeats === null) return;
  const stack = isUnreachable ? "" : framesOf(error);
  const json = jsonLog();
  if (json) {
    json.fault({ what: isUnreachable ? `database away: ${what}` : what, message, repeats, stack });
    return;
  }
  const more = repeats > 0 ? ` (and ${repeats} more like it since the last such line)` : "";
  console.error(
    isUnreachable
      ? `The database cannot be reached, first seen by: ${what}: ${message}${more}`
      : `${what}: ${message}${more}${stack}`,
  );
}

/** How often this cause was suppressed since its last line; null if it is suppressed now. */
function record(cause: string, now: number): number | null {
  shared.throughlineFaults ??= new Map();
  const causes = shared.throughlineFaults;
  const isOver = ({ at }: Seen) => now - at >= INTERVAL_MS || now < at;
  if (!causes.has(cause) && causes.size >= MAX_CAUSES)
    for (const [old, seen] of causes) if (isOver(seen)) causes.delete(old);
  const key = causes.has(cause) || causes.size < MAX_CAUSES ? cause : "others";
  const seen = causes.get(key);
  if (seen && !isOver(seen)) {
    seen.suppressed += 1;
    return null;
  }
  causes.set(key, { at: now, suppressed: 0 });
  return seen?.suppressed ?? 0;
}

/** An error's message without the values of a request that Postgres, Prisma and JSON.parse quote in theirs. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === "" && error.errors.length > 0)
    return messageOf(error.errors[0]);
  if (!(error instanceof Error)) return typeof error === "string" ? cut(error) : `thrown: ${typeof error}`;
  const code = (error as { code?: unknown }).code;
  const message = quotesData(error) ? `${error.message.split(/["'`:]/, 1)[0]}…` : lastLineOf(error.message);
  return cut(typeof code === "string" && !message.includes(code) ? `${message} (${code})` : message);
}

/** The last line of a message: Prisma puts the whole call, arguments included, in front of the actual message. */
const lastLineOf = (message: string): string => message.trim().split("\n").at(-1)?.trim() ?? "";

/**
 * Whether an error's message quotes data: a SyntaxError of JSON.parse, and SQLSTATE class 22, for data that Postgres
 * cannot read. In other classes, quotes contain names of tables.
 */
const quotesData = (error: Error): boolean =>
  error instanceof SyntaxError || /^22...$/.test(String((error as { code?: unknown }).code));

const cut = (text: string): string => (text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE)}…` : text);

/** The stack's frames without the message in front of them. */
function framesOf(error: unknown): string {
  if (!(error instanceof Error) || !error.stack) return "";
  const frames = error.stack.split("\n").filter((line) => /^\s+at /.test(line));
  return frames
    .slice(0, MAX_FRAMES)
    .map((frame) => `\n${frame}`)
    .join("");
}

/**
 * A path as the log may contain it: only its first segments, as others may contain somebody's id.
 * "/api/v1/profiles/u:ada" → "/api/v1/profiles/…".
 */
export function pathForLog(path: string): string {
  const segments = path.split("/").slice(1);
  const other = segments.findIndex((segment) => !/^[a-z][a-z0-9-]{0,30}$/.test(segment));
  const kept = segments.slice(0, Math.min(other === -1 ? segments.length : other, MAX_SEGMENTS));
  return `/${kept.join("/")}${kept.length < segments.length && segments[kept.length] !== "" ? `${kept.length > 0 ? "/" : ""}…` : ""}`;
}

/** Routes the errors that Next prints itself (a page that fails to render) through the same log. Once per process. */
export function limitConsole(): void {
  const print = console.error;
  console.error = (...args: unknown[]) => {
    const error = args.find((arg) => arg instanceof Error);
    if (!error) return print(...args);
    logFault(
      typeof args[0] === "string" && args[0].trim() !== "" ? args[0].replace(/:\s*$/, "") : "a page failed",
      error,
    );
  };
}
