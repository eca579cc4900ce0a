/** Work that yields every few milliseconds, so that its caller can do something else in between. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Runs the work to completion. */
export function runToEnd<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}
