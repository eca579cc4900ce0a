/**
 * Tracing as the rest of the code uses it. Without a tracer (OTEL_EXPORTER_OTLP_ENDPOINT is not set) each function only
 * checks for one, and OpenTelemetry is not even loaded (lib/trace/tracer.ts). Names and attributes are fixed: no
 * personal data, no address, no query string, no value of a statement.
 */
export type Attributes = Record<string, string | number>;

/** A position in a trace, to add to it later. */
export type TracePosition = object;

export type Tracer = {
  /** Runs the work as its own trace, unless it is not sampled. */
  trace<T>(name: string, attributes: Attributes, work: () => T): T;
  /** Runs work that is shared by several traces, as a trace that links to them; without any, just runs it. */
  traceFor<T>(places: readonly (TracePosition | null)[], name: string, attributes: Attributes, work: () => T): T;
  /** Runs the work as a span of the current trace; without one, just runs it. */
  span<T>(name: string, attributes: Attributes, work: () => T): T;
  /** Adds a finished span, from `from` until now or `to`, by `performance.now()`. */
  past(place: TracePosition, name: string, from: number, to?: number): void;
  /** Adds attributes to the current span. */
  note(attributes: Attributes): void;
  /** The current position; null outside of traces. */
  place(): TracePosition | null;
  /** Sends the pending spans. */
  stop(): Promise<void>;
};

/** One for server.ts and for Next's copies of this module. */
const shared = globalThis as typeof globalThis & { throughlineTracer?: Tracer | undefined };

export function setTracer(made: Tracer | undefined): void {
  shared.throughlineTracer = made;
}
export const tracer = (): Tracer | undefined => shared.throughlineTracer;

/** Runs `work`, a request or a job, as its own trace. */
export const traced = <T>(name: string, attributes: Attributes, work: () => T): T =>
  shared.throughlineTracer ? shared.throughlineTracer.trace(name, attributes, work) : work();

/** Runs `work` as a span of the current trace. */
export const span = <T>(name: string, work: () => T): T =>
  shared.throughlineTracer ? shared.throughlineTracer.span(name, {}, work) : work();

export const addAttributes = (attributes: Attributes): void => shared.throughlineTracer?.note(attributes);
export const placeInTrace = (): TracePosition | null => shared.throughlineTracer?.place() ?? null;
export const stopTracing = async (): Promise<void> => shared.throughlineTracer?.stop();
