import { describe, expect, test } from "vitest";
import type { Operation } from "@/lib/events/operation";
import { newId, toUuid } from "@/lib/ids";
import { SendOrder } from "@/lib/ingest/parse/time";

const RECEIVED = Date.UTC(2026, 5, 15, 12);
const PROJECT = "0192f0a0-0000-7000-8000-000000000001";
const AT = RECEIVED - 60_000;

const foreign = (name: string) => toUuid(name, PROJECT);
const op = (id: string, ts: number, who: { anon?: string | null; user?: string | null } = { anon: "d" }): Operation =>
  ({ id, ts, anon: null, user: null, ...who }) as Operation;

/** The operations' times after AT (or `from`), in the order sent, each in a message of its own. */
function place(operations: Operation[], order = new SendOrder(), from = AT): number[] {
  order.place(
    PROJECT,
    operations.map((one) => [one]),
    RECEIVED,
  );
  return operations.map(({ ts }) => ts - from);
}

/** In the order that rows are read: by time, then id. */
const read = (operations: Operation[]) =>
  [...operations].sort((a, b) => a.ts - b.ts || (a.id < b.id ? -1 : 1)).map(({ id }) => id);

describe("messages of one millisecond keep the order they were sent in:", () => {
  test("with ids that are not UUIDs, a millisecond apart", () => {
    const sent = Array.from({ length: 6 }, (_, i) => op(foreign(`m${i + 1}`), AT));
    expect(place(sent)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test("later messages stay after them, and messages with their own time keep it", () => {
    const sent = [AT, AT, AT, AT + 1, AT + 10, AT + 10].map((ts, i) => op(foreign(`m${i}`), ts));
    expect(place(sent)).toEqual([0, 1, 2, 3, 10, 11]);
    expect(read(sent)).toEqual(sent.map(({ id }) => id));
  });

  test("UUIDv7s define their own order, wherever they are", () => {
    const ids = [newId(), newId(), newId()] as const;
    expect(place([op(ids[2], AT), op(ids[0], AT), op(ids[1], AT)])).toEqual([0, 0, 0]);
    const mixed = [op(ids[0], AT), op(foreign("m"), AT), op(ids[1], AT)];
    expect(place(mixed)).toEqual([0, 1, 2]);
  });

  test("an earlier message that was sent later keeps its time", () => {
    expect(place([op(foreign("a"), AT), op(foreign("b"), AT - 5), op(foreign("c"), AT)])).toEqual([0, -5, 1]);
  });

  test("devices, users and projects are independent of each other", () => {
    const order = new SendOrder();
    const who = [{ anon: "d" }, { anon: "e" }, { user: "u" }, { anon: "d", user: "u" }, {}, {}];
    expect(
      place(
        who.map((one, i) => op(foreign(`m${i}`), AT, { anon: null, ...one })),
        order,
      ),
    ).toEqual([0, 0, 0, 1, 0, 0]);
    const other = op(foreign("x"), AT);
    order.place("0192f0a0-0000-7000-8000-000000000002", [[other]], RECEIVED);
    expect(other.ts).toBe(AT);
  });

  test("also in separate requests, as browsers send them", () => {
    const order = new SendOrder();
    expect(["a", "b", "c"].flatMap((name) => place([op(foreign(name), AT)], order))).toEqual([0, 1, 2]);
  });

  test("those without a time are placed before their receipt, never after it", () => {
    const sent = Array.from({ length: 6 }, (_, i) => op(foreign(`m${i}`), RECEIVED));
    expect(place(sent, undefined, RECEIVED)).toEqual([-5, -4, -3, -2, -1, 0]);
  });

  test("operations of one message stay together", () => {
    const [track, identify, next] = [op(foreign("a"), AT), op(foreign("a/identify"), AT), op(foreign("b"), AT)];
    new SendOrder().place(PROJECT, [[track, identify], [], [next]], RECEIVED);
    expect([track, identify, next].map(({ ts }) => ts - AT)).toEqual([0, 0, 1]);
  });

  test("times to the second stay within it", () => {
    const order = new SendOrder();
    for (let request = 0; request < 5; request++) {
      const moved = place(
        Array.from({ length: 500 }, (_, i) => op(foreign(`${request}/${i}`), AT)),
        order,
      );
      expect(Math.max(...moved)).toBeLessThan(1_000);
      expect(Math.min(...moved)).toBeGreaterThanOrEqual(0);
    }
  });
});
