import { randomUUID } from "node:crypto";
import { newId } from "@/lib/ids";
import { deviceOf, isLoggedIn } from "./stored-data";

/** People who return in one turn, spread evenly over everybody who is stored. */
const RETURNING = 50_000;
/** New people whose visits are open at a time, and the events of each visit. */
const OPEN = 1_000;
const EVENTS_A_VISIT = 10;
/** Steps through the returning people in an order unlike that of their rows; a prime. */
const STEP = 7_919;
const NAMES = ["screen_view", "screen_view", "screen_view", "export", "screen_view", "search", "screen_view"];
const PATHS = ["", "pricing", "docs", "app", "app/reports", "app/settings"];

type Visitor = { anonymousId: string; sessionId: string; profileId: string | undefined; left: number };

/**
 * Request bodies of one turn. Every second event is of somebody who is stored: of 50,000, one in so many, and others in
 * each turn, so that their pages are cold. They begin a visit; the pages of their older rows are scattered over the
 * tables. The other events are of new people who stay for ten. Two in five of both are logged in.
 */
export class StoredLoad {
  private readonly returning: Visitor[];
  private readonly open: Visitor[] = Array.from({ length: OPEN }, () => newcomer());
  private at = 0;

  constructor(
    private readonly clientId: string,
    people: number,
    turn: number,
  ) {
    const count = Math.min(RETURNING, people);
    const stride = Math.floor(people / count);
    this.returning = Array.from({ length: count }, (_, i) => {
      const n = 1 + ((i * STEP) % count) * stride + (turn % stride);
      return visitor(deviceOf(n), isLoggedIn(n) ? `user-${n}` : undefined);
    });
  }

  /** Batches in which each returning person appears once, to store them where they are not. */
  *everybody(size: number): Generator<string> {
    for (let from = 0; from < this.returning.length; from += size)
      yield this.batch(this.returning.slice(from, from + size).map((one) => this.message(one)));
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
    if (this.at++ % 2 === 0) return this.returning[i % this.returning.length] as Visitor;
    const slot = i % OPEN;
    if (this.open[slot]?.left === 0) this.open[slot] = newcomer();
    const one = this.open[slot] as Visitor;
    one.left -= 1;
    return one;
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
  return visitor(id, id < "6" ? `user-${id}` : undefined);
}

const visitor = (anonymousId: string, profileId: string | undefined): Visitor => ({
  anonymousId,
  profileId,
  sessionId: newId(),
  left: EVENTS_A_VISIT,
});
