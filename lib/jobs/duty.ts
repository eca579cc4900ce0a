/** Share of the time that background work may take while ingest is busy: ingest comes first. */
const BUSY_DUTY = 0.1;
/** The share while ingest is idle: after an import or an update there is a lot to do. */
const IDLE_DUTY = 0.5;
/** From this many batches a second ingest counts as busy; a site with ten events a second stays below. */
const BUSY_BATCHES = 20;
/** A rate is measured over at least this long, in ms. */
const MEASURE_MS = 250;

/**
 * The share of the time that background work may take now (at `nowMs` of a monotonic clock), by how fast `batches`, a
 * count since the process started, has grown since the last call.
 */
export function createDutyMeter(batches: () => number): (nowMs: number) => number {
  let [at, counted, busy] = [Number.NEGATIVE_INFINITY, batches(), true];
  return (nowMs) => {
    const elapsed = nowMs - at;
    if (elapsed >= MEASURE_MS) {
      const count = batches();
      busy = Number.isFinite(elapsed) && (count - counted) * 1000 >= BUSY_BATCHES * elapsed;
      [at, counted] = [nowMs, count];
    }
    return busy ? BUSY_DUTY : IDLE_DUTY;
  };
}
