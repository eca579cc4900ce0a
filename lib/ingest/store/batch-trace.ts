import { placeInTrace, type TracePosition, tracer } from "@/lib/trace/span";

/**
 * A traced request's wait for its batch: when it began and when the batch began to be written, by `performance.now()`.
 */
export type Wait = { place: TracePosition; began: number; writeBegan: number | null };

/** null: the request is not traced. */
export function beginWait(): Wait | null {
  const place = placeInTrace();
  return place && { place, began: performance.now(), writeBegan: null };
}

/** Records how long the request's operations waited, and how long writing took. Call it when they are settled. */
export function endWait({ place, began, writeBegan }: Wait): void {
  tracer()?.past(place, "wait", began, writeBegan ?? began);
  tracer()?.past(place, "write", writeBegan ?? began);
}

/** Runs a batch in its own trace, linked to those of its requests: one write serves all of them. */
export function tracedBatch(
  batch: readonly { request: { wait: Wait | null } }[],
  run: () => Promise<void>,
): Promise<void> {
  const tracing = tracer();
  if (!tracing) return run();
  const waits = new Set(batch.map(({ request }) => request.wait));
  const now = performance.now();
  for (const wait of waits) if (wait) wait.writeBegan ??= now;
  const places = [...waits].map((wait) => wait?.place ?? null);
  return tracing.traceFor(places, "batch", { "throughline.operations": batch.length }, run);
}
