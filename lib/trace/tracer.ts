import { AsyncLocalStorage } from "node:async_hooks";
import { type Context, type Link, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { resourceFromAttributes } from "@opentelemetry/resources";
import type { SpanProcessor } from "@opentelemetry/sdk-trace";
import { TracerProvider } from "@opentelemetry/sdk-trace";
import type { Attributes, TracePosition, Tracer } from "./span";

/** The most spans of one trace: a job may run thousands of statements. */
const MAX_SPANS = 200;
/** The most traces begun per second, so that a flood of requests costs no more. */
const MAX_TRACES_A_SECOND = 100;
/** The most traces that shared work links to: a batch has up to a thousand operations. */
const MAX_LINKS = 32;

/** A running trace. Work after its end, in a callback that outlives it, is not part of it. */
type Running = { left: number; omitted: number; isOver: boolean };
class Position implements TracePosition {
  constructor(
    readonly running: Running,
    readonly span: Span,
    readonly context: Context,
  ) {}
}

export type TracerOptions = {
  processor: SpanProcessor;
  service: Attributes;
  /** The share of requests and jobs that are traced, 0 to 1. */
  share: number;
  maxSpans?: number;
  maxTraces?: number;
  random?: () => number;
};

/**
 * A tracer over OpenTelemetry's SDK. Registers nothing globally, as Next would then create its own spans, with whole
 * URLs. Ignores `traceparent`, as senders of requests must not decide what is traced.
 */
export function createTracer(options: TracerOptions): Tracer {
  const { processor, service, share, maxSpans = MAX_SPANS, random = Math.random } = options;
  const provider = new TracerProvider({ spanProcessors: [processor], resource: resourceFromAttributes(service) });
  const spans = provider.getTracer("throughline");
  const current = new AsyncLocalStorage<Position | undefined>();
  const mayBegin = perSecond(options.maxTraces ?? MAX_TRACES_A_SECOND);

  const begin = <T>(name: string, attributes: Attributes, links: Link[], work: () => T): T => {
    const running: Running = { left: maxSpans, omitted: 0, isOver: false };
    const root = spans.startSpan(name, { attributes, links, kind: kindIn(attributes), root: true }, ROOT_CONTEXT);
    const at = new Position(running, root, trace.setSpan(ROOT_CONTEXT, root));
    return current.run(at, () =>
      runThen(work, (error) => {
        running.isOver = true;
        if (running.omitted > 0) root.setAttribute("throughline.spans_left_out", running.omitted);
        end(root, error);
      }),
    );
  };
  /** Runs work that is not traced, so that it adds nothing to a trace around it. */
  const outside = <T>(work: () => T): T => (current.getStore() ? current.run(undefined, work) : work());
  const isOpen = (at: Position | undefined): at is Position => at !== undefined && !at.running.isOver;
  const takeRoom = ({ running }: Position): boolean => {
    if (running.left > 0) return running.left-- > 0;
    running.omitted += 1;
    return false;
  };

  return {
    trace: (name, attributes, work) =>
      random() < share && mayBegin() ? begin(name, attributes, [], work) : outside(work),
    traceFor: (places, name, attributes, work) => {
      const positions = new Set(places.filter((place): place is Position => place instanceof Position));
      if (positions.size === 0) return outside(work);
      const links = [...positions].slice(0, MAX_LINKS).map(({ span }) => ({ context: span.spanContext() }));
      return begin(name, attributes, links, work);
    },
    span: (name, attributes, work) => {
      const at = current.getStore();
      if (!isOpen(at) || !takeRoom(at)) return work();
      const made = spans.startSpan(name, { attributes, kind: kindIn(attributes) }, at.context);
      const inner = new Position(at.running, made, trace.setSpan(at.context, made));
      return current.run(inner, () => runThen(work, (error) => end(made, error)));
    },
    past: (place, name, from, to = performance.now()) => {
      if (!(place instanceof Position) || !isOpen(place) || !takeRoom(place)) return;
      const epoch = Date.now() - performance.now(); // the clock by which the other spans start
      spans.startSpan(name, { startTime: epoch + from }, place.context).end(epoch + to);
    },
    note: (attributes) => {
      const at = current.getStore();
      if (isOpen(at)) at.span.setAttributes(attributes);
    },
    place: () => {
      const at = current.getStore();
      return isOpen(at) ? at : null;
    },
    stop: () => provider.shutdown(),
  };
}

/** A span's kind for OpenTelemetry: an answered request, a call to the database, or our own work. */
function kindIn(attributes: Attributes): SpanKind {
  if ("http.request.method" in attributes) return SpanKind.SERVER;
  return "db.system.name" in attributes ? SpanKind.CLIENT : SpanKind.INTERNAL;
}

/** Runs `work`, and calls `onEnd` with the error, if any, when it has ended, synchronously or not. */
function runThen<T>(work: () => T, onEnd: (error: unknown) => void): T {
  let result: T;
  try {
    result = work();
  } catch (error) {
    onEnd(error);
    throw error;
  }
  if (result instanceof Promise) result.then(() => onEnd(undefined), onEnd);
  else onEnd(undefined);
  return result;
}

/** Ends a span; records only the kind of an error, as its message may quote data. */
function end(made: Span, error: unknown): void {
  if (error !== undefined) {
    made.setStatus({ code: SpanStatusCode.ERROR });
    made.setAttribute("error.type", kindOf(error));
  }
  made.end();
}

function kindOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown };
  if (typeof code === "string" && /^\w{1,40}$/.test(code)) return code;
  return typeof name === "string" && /^\w{1,40}$/.test(name) ? name : "error";
}

/** A function that returns true at most `max` times per second. */
function perSecond(max: number): () => boolean {
  let [second, begun] = [0, 0];
  return () => {
    const now = Math.floor(performance.now() / 1_000);
    if (now !== second) [second, begun] = [now, 0];
    begun += 1;
    return begun <= max;
  };
}
