import { randomUUID } from "node:crypto";
import pg from "pg";
import { newId } from "@/lib/ids";
import { deviceOf, isLoggedIn } from "./stored-data";

/** People who return in one turn. */
const RETURNING = 50_000;
/** New people whose visits are open at a time, and the events of each visit. */
const OPEN = 1_000;
const EVENTS_A_VISIT = 10;
/** Steps through people in an order unlike that of their rows; a prime. */
const STEP = 7_919;
const NAMES = ["screen_view", "screen_view", "screen_view", "export", "screen_view", "search", "screen_view"];
const PATHS = ["", "pricing", "docs", "app", "app/reports", "app/settings"];

type Visitor = { anonymousId: string; sessionId: string; profileId: string | undefined; left: number };

/** Who returns in a turn, as numbers of stored people, and how many events each of their visits has. */
export type Returning = { people: number[]; eventsAVisit: number };

/** Numbers of the stored people who were seen in the newest 30 days; at most a million. */
export async function latelySeen(adminUrl: string): Promise<number[]> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    const { rows } = await admin.query<{ n: string }>(`
      SELECT DISTINCT stream_id / 2 AS n
        FROM sessions
       WHERE started_at > now() - interval '30 days'
       LIMIT 1000000`);
    return rows.map(({ n }) => Number(n));
  } finally {
    await admin.end();
  }
}

/**
 * 50,000 spread evenly over everybody, different ones in each turn, each with one event at a time: their pages are
 * cold.
 */
export function returningAnybody(people: number, turn: number): Returning {
  const count = Math.min(RETURNING, people);
  const stride = Math.floor(people / count);
  const numbers = Array.from({ length: count }, (_, i) => 1 + ((i * STEP) % count) * stride + (turn % stride));
  return { people: numbers, eventsAVisit: Number.POSITIVE_INFINITY };
}

/** Whole visits, two in three by people seen lately, the third by anybody; different ones in each turn. */
export function returningVisits(people: number, lately: readonly number[], turn: number): Returning {
  const others = returningAnybody(people, turn).people;
  const numbers = Array.from({ length: RETURNING }, (_, i) =>
    i % 3 === 0
      ? (others[i % others.length] as number)
      : (lately[((turn * RETURNING + i) * STEP) % lately.length] as number),
  );
  return { people: numbers, eventsAVisit: EVENTS_A_VISIT };
}

/**
 * Request bodies of one turn. Every second event is of somebody who is stored, whose older rows are scattered over the
 * tables. The other events are of new people who stay for ten. Two in five of both
 * are logged in.
 */
export class StoredLoad {
  private readonly slots: Visitor[];
  private readonly open: Visitor[] = Array.from({ length: OPEN }, () => newcomer());
  private at = 0;
  private arrived: number;

  constructor(
    private readonly clientId: string,
    private readonly returning: Returning,
  ) {
    const { people, eventsAVisit } = returning;
    this.arrived = Number.isFinite(eventsAVisit) ? Math.min(OPEN, people.length) : people.length;
    this.slots = people.slice(0, this.arrived).map((n) => stored(n, eventsAVisit));
  }

  /** Batches in which each returning person appears once, to store them where they are not. */
  *everybody(size: number): Generator<string> {
    const { people } = this.returning;
    for (let from = 0; from < people.length; from += size)
      yield this.batch(people.slice(from, from + size).map((n) => this.message(stored(n, 1))));
  }

  readonly body = (size: number): string =>
    size === 1
      ? JSON.stringify({ clientId: this.clientId, ...this.message(this.next()) })
      : this.batch(Array.from({ length: size }, () => this.message(this.next())));

  private batch(messages: unknown[]): string {
    return JSON.stringify({ clientId: this.clientId, sentAt: new Date().toISOString(), batch: messages });
  }

  private next(): Visitor {
    const i = this.at >> 1;
    const isReturning = this.at++ % 2 === 0;
    const visitors = isReturning ? this.slots : this.open;
    const slot = i % visitors.length;
    if (visitors[slot]?.left === 0) visitors[slot] = isReturning ? this.arrival() : newcomer();
    const one = visitors[slot] as Visitor;
    one.left -= 1;
    return one;
  }

  private arrival(): Visitor {
    const { people, eventsAVisit } = this.returning;
    return stored(people[this.arrived++ % people.length] as number, eventsAVisit);
  }

  private message({ anonymousId, sessionId, profileId }: Visitor) {
    const path = PATHS[this.at % PATHS.length];
    return {
      id: newId(),
      anonymousId,
      sessionId,
      timestamp: new Date().toISOString(),
      type: "track",
      payload: {
        name: NAMES[this.at % NAMES.length],
        profileId,
        properties: { __path: `https://shop.example/${path}`, __title: "Pricing", plan: "pro", n: this.at },
      },
    };
  }
}

function newcomer(): Visitor {
  const id = randomUUID();
  return visitor(id, id < "6" ? `user-${id}` : undefined, EVENTS_A_VISIT);
}

const stored = (n: number, left: number): Visitor =>
  visitor(deviceOf(n), isLoggedIn(n) ? `user-${n}` : undefined, left);

const visitor = (anonymousId: string, profileId: string | undefined, left: number): Visitor => ({
  anonymousId,
  profileId,
  sessionId: newId(),
  left,
});
