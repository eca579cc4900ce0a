/** Positions of the primary are kept this long; a replica further behind counts as away. */
const KEPT_MS = 5 * 60_000;

/**
 * How far a replica is behind: the age of the newest position in the primary's log (WAL) that it has replayed. Unlike
 * the replica's own figures this grows while the two are disconnected. Times in ms of one clock.
 */
export class Lag {
  private written_: { position: bigint; at: number }[] = [];
  /** When the primary was at the replayed position, and when that was measured. */
  private reached: number | null = null;

  /** The primary had written up to `position`. */
  written(position: bigint, now: number): void {
    this.written_ = this.written_.filter(({ at }) => now - at <= KEPT_MS);
    this.written_.push({ position, at: now });
  }

  /** The replica has replayed up to `position`; null: it is no replica. */
  replayed(position: bigint | null, now: number): void {
    const reached = this.written_.findLast((one) => position !== null && one.position <= position);
    this.reached = reached && now - reached.at <= KEPT_MS ? reached.at : null;
  }

  /** It does not answer. */
  lost(): void {
    this.reached = null;
  }

  /** Milliseconds; Infinity if nothing is known. It grows until the next check. */
  at(now: number): number {
    return this.reached === null ? Number.POSITIVE_INFINITY : now - this.reached;
  }
}
