/**
 * What the rest of the code knows of tracing. Without a tracer (OTEL_EXPORTER_OTLP_ENDPOINT is not set) each function
 * only looks whether there is one, and OpenTelemetry is not even loaded (lib/trace/tracer.ts). Names and attributes are
 * ours: nothing of a person, no address, no query string, no value of a statement.
 */
export type Attributes = Record<string, string | number>;

/** Where in a trace somebody is, to add to it later. */
export type Place = object;

export type Tracer = {
  /** Begins a trace, or none if it is not its turn. */
  trace<T>(name: string, attributes: Attributes, work: () => T): T;
  /** Begins the trace of work that is done for others, if one of them is traced. */
  traceFor<T>(places: readonly (Place | null)[], name: string, attributes: Attributes, work: () => T): T;
  /** A part of the trace that runs; outside of one only the work. */
  span<T>(name: string, attributes: Attributes, work: () => T): T;
  /** A part that is over, from `from` until now or `to`, by `performance.now()`. */
  past(place: Place, name: string, from: number, to?: number): void;
  /** Adds to the span that runs. */
  note(attributes: Attributes): void;
  place(): Place | null;
  /** Sends what waits. */
  stop(): Promise<void>;
};

/** One for server.ts and for Next's copies of this module. */
const shared = globalThis as typeof globalThis & { throughlineTracer?: Tracer | undefined };

export function setTracer(made: Tracer | undefined): void {
  shared.throughlineTracer = made;
}
export const tracer = (): Tracer | undefined => shared.throughlineTracer;

/** Runs `work`, a request or a job, as a trace of its own. */
export const traced = <T>(name: string, attributes: Attributes, work: () => T): T =>
  shared.throughlineTracer ? shared.throughlineTracer.trace(name, attributes, work) : work();

/** Runs `work` as a part of the trace that runs. */
export const span = <T>(name: string, work: () => T): T =>
  shared.throughlineTracer ? shared.throughlineTracer.span(name, {}, work) : work();

export const note = (attributes: Attributes): void => shared.throughlineTracer?.note(attributes);
export const placeInTrace = (): Place | null => shared.throughlineTracer?.place() ?? null;
export const stopTracing = async (): Promise<void> => shared.throughlineTracer?.stop();
