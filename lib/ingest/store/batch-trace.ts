import { type Place, placeInTrace, tracer } from "@/lib/trace/span";

/** A traced request's wait for its batch; `left`: when the batch began to be written, by `performance.now()`. */
export type Wait = { place: Place; began: number; left: number | null };

/** null: the request is not traced. */
export function beginWait(): Wait | null {
  const place = placeInTrace();
  return place && { place, began: performance.now(), left: null };
}

/** Call it once the request's operations are settled: records how long they waited, and how long writing took. */
export function endWait({ place, began, left }: Wait): void {
  tracer()?.past(place, "wait", began, left ?? began);
  tracer()?.past(place, "write", left ?? began);
}

/** Runs a batch in its own trace, linked to those of its requests, as it is written once for all of them. */
export function tracedBatch(
  batch: readonly { request: { wait: Wait | null } }[],
  run: () => Promise<void>,
): Promise<void> {
  const tracing = tracer();
  if (!tracing) return run();
  const waits = new Set(batch.map(({ request }) => request.wait));
  const now = performance.now();
  for (const wait of waits) if (wait) wait.left ??= now;
  const places = [...waits].map((wait) => wait?.place ?? null);
  return tracing.traceFor(places, "batch", { "throughline.operations": batch.length }, run);
}
