/** How long positions of the primary are kept, in ms; a replica further behind counts as unreachable. */
const KEPT_MS = 5 * 60_000;

/**
 * How far a replica is behind: the age of the newest position in the primary's log (WAL) that it has replayed. Unlike
 * the replica's own figures, it grows while the two are disconnected. Times are in ms of one clock.
 */
export class Lag {
  private positions: { position: bigint; at: number }[] = [];
  /** When the primary was at the position that the replica has replayed; null if unknown. */
  private reachedAt: number | null = null;

  /** Records that the primary had written up to `position`. */
  recordWritten(position: bigint, now: number): void {
    this.positions = this.positions.filter(({ at }) => now - at <= KEPT_MS);
    this.positions.push({ position, at: now });
  }

  /** Records that the replica has replayed up to `position`; null if it is not a replica. */
  recordReplayed(position: bigint | null, now: number): void {
    const reached = this.positions.findLast((one) => position !== null && one.position <= position);
    this.reachedAt = reached && now - reached.at <= KEPT_MS ? reached.at : null;
  }

  /** Records that the replica does not answer. */
  recordLost(): void {
    this.reachedAt = null;
  }

  /** The lag in ms, which grows until the next check; Infinity if unknown. */
  at(now: number): number {
    return this.reachedAt === null ? Number.POSITIVE_INFINITY : now - this.reachedAt;
  }
}
