import pg from "pg";

/** One event: its message id, if its sender gives one, and a value that no other event has. */
export type Marked = { id: string | null; mark: string };

/** What was sent and acknowledged, against what is stored. */
export class Ledger {
  /** Message ids. */
  readonly sent = new Set<string>();
  readonly acknowledged = new Set<string>();
  /** Their marks. */
  readonly named = new Set<string>();
  /** Marks of events without a message id: all, and those that were acknowledged. */
  readonly nameless = new Set<string>();
  readonly withoutId = new Set<string>();
  /** Marks of events handed to the Node SDK, which chooses their ids and repeats them itself. */
  readonly bySdk = new Set<string>();

  /** Reads the project's events. */
  async compare(databaseUrl: string, projectId: string): Promise<Verdict> {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    try {
      const { rows } = await client.query<{ id: string; mark: string }>(
        "SELECT id, properties->>'mark' AS mark FROM events WHERE project_id = $1 AND name = 'beat'",
        [projectId],
      );
      const sums = await client.query<{ off: number }>(
        `SELECT (SELECT coalesce(sum(event_count), 0) FROM spans WHERE project_id = $1)::int
                - (SELECT count(*) FROM events WHERE project_id = $1 AND stream_id IS NOT NULL)::int AS off`,
        [projectId],
      );
      const ids = new Set(rows.map((row) => row.id));
      const times = new Map<string, number>();
      for (const { mark } of rows) times.set(mark, (times.get(mark) ?? 0) + 1);
      const twice = (marks: Iterable<string>) => [...marks].filter((mark) => (times.get(mark) ?? 0) > 1).length;
      const missing = (wanted: Set<string>, there: { has(one: string): boolean }) =>
        [...wanted].filter((one) => !there.has(one)).length;
      return {
        acknowledged: this.acknowledged.size + this.withoutId.size + this.bySdk.size,
        lost: missing(this.acknowledged, ids) + missing(this.withoutId, times) + missing(this.bySdk, times),
        twice: twice(this.named) + twice(this.bySdk),
        twiceWithoutId: twice(this.nameless),
        unsent: missing(this.sent, ids),
        miscounted: sums.rows[0]?.off ?? 0,
      };
    } finally {
      await client.end();
    }
  }
}

export type Verdict = {
  acknowledged: number;
  /** Acknowledged, but not stored. */
  lost: number;
  /** Stored twice although they had a message id. */
  twice: number;
  /** Marks stored twice of those sent without an id. */
  twiceWithoutId: number;
  /** Sent with an id, repeated until acknowledged, and not stored. */
  unsent: number;
  /** How far the sums kept beside the events are from them. */
  miscounted: number;
};
