import sql from "sql-template-tag";
import { pool } from "@/lib/db/pool";
import type { Operation } from "@/lib/events/operation";
import { startOfDay } from "@/lib/format/range";
import { headlineOf } from "@/lib/overview/people.queries";
import { type Ranked, topEvents, topPages, topSources } from "@/lib/overview/rankings.queries";
import type { TimeWindow } from "@/lib/overview/window.queries";
import { grantScope } from "@/lib/scope";
import { type Random, random, sequence, T0, toOperation } from "./generate";

export const DAY = 24 * 60 * 60 * 1000;
/** The days are over. */
export const LATER = T0 + 12 * DAY;
const DAYS = 8;
export const MIDNIGHT = Math.floor(T0 / DAY) * DAY;
/** UTC and both sides of it; half an hour off, three quarters, and with clocks that change by half an hour. */
export const ZONES = ["UTC", "America/Los_Angeles", "America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe"];
const VIEWS = ["screen_view", "page_view", "$pageview"];
const SOME = [
  { name: "screen_view", context: { path: "/a", referrerName: "search" } },
  { name: "$pageview", context: { path: "/b" } },
  { name: "opened", context: {} },
  { name: "exported", context: { utmSource: "letter" } },
  { name: "screen_view", context: { path: "/b", referrerName: "forum" } },
] as const;

/** A random sequence over several days, with names, pages and sources; visits may cross midnights. */
export function longSequence(seed: number, size: number): Operation[] {
  const r = random(seed + 4711);
  return sequence(seed, size).map((op) => {
    const ts = MIDNIGHT + r.int(DAYS) * DAY + r.int(97) * 15 * 60_000 - r.int(2);
    const operation = toOperation({ ...op, ts });
    return operation.active ? { ...operation, ...r.pick(SOME) } : operation;
  });
}

/** Two windows of whole days of a zone, one after the other. */
export function someWindows(r: Random): { now: TimeWindow; before: TimeWindow } {
  const zone = r.pick(ZONES);
  const first = MIDNIGHT + (r.int(DAYS) - 1) * DAY;
  const length = 1 + r.int(4);
  const at = (days: number) => startOfDay(first + days * DAY, zone);
  return { now: { from: at(0), to: at(length) }, before: { from: at(-length), to: at(0) } };
}

const isIn = ({ from, to }: TimeWindow, ts: number): boolean => ts >= from && ts < to;

type Happening = { ts: number; name: string };

function ranked(all: readonly Happening[], now: TimeWindow, before: TimeWindow): Ranked[] {
  const count = (name: string, window: TimeWindow) =>
    all.filter((one) => one.name === name && isIn(window, one.ts)).length;
  return [...new Set(all.map(({ name }) => name))]
    .map((name) => ({ name, count: count(name, now), before: count(name, before) }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count || (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
}

type Row = {
  session_id: string;
  actor_id: number;
  started_at: number;
  started_id: string;
  context: { [member: string]: string };
  context_at: number | null;
  context_id: string | null;
};

/** Which of a visit's rows counts: on its first day, one that knows a page or where from, then the earliest. */
function isSooner(a: Row, b: Row): boolean {
  const key = (row: Row) => [
    Math.floor(row.started_at / DAY),
    ["path", "utmSource"].some((member) => member in row.context) ? 0 : 1,
    row.context_at ?? row.started_at,
    row.context_id ?? row.started_id,
    row.actor_id,
  ];
  const [x, y] = [key(a), key(b)];
  const i = x.findIndex((part, at) => part !== y[at]);
  return i !== -1 && (x[i] as number) < (y[i] as number);
}

async function sources(projectId: string): Promise<Happening[]> {
  const { rows } = await pool().query<Row>(sql`SELECT * FROM sessions WHERE project_id = ${projectId}`);
  return rows
    .filter((row) => !rows.some((other) => other.session_id === row.session_id && isSooner(other, row)))
    .map(({ started_at: ts, context }) => ({ ts, name: context.referrerName ?? context.utmSource ?? "Direct" }));
}

/** What the overview says of two windows that the tables do not, counted row by row; [] when they agree. */
export async function wrongCounts(projectId: string, { now, before }: { now: TimeWindow; before: TimeWindow }) {
  const scope = grantScope(projectId, "system:test");
  const { rows } = await pool().query<{ ts: number; name: string; path: string | null }>(sql`
    SELECT ts, name, path FROM events WHERE project_id = ${projectId} AND kind = 'event'`);
  const isView = ({ name }: Happening) => VIEWS.includes(name);
  const pages = rows.filter(isView).flatMap(({ ts, path }) => (path === null ? [] : [{ ts, name: path }]));
  const pairs = [
    [
      await topEvents(scope, now, before, 50),
      ranked(
        rows.filter((row) => !isView(row)),
        now,
        before,
      ),
    ],
    [await topPages(scope, now, before, 50), ranked(pages, now, before)],
    [await topSources(scope, now, before, 50), ranked(await sources(projectId), now, before)],
    [(await headlineOf(scope, now)).events, rows.filter(({ ts }) => isIn(now, ts)).length],
  ];
  return pairs.flatMap(([stored, counted]) =>
    JSON.stringify(stored) === JSON.stringify(counted)
      ? []
      : [`${JSON.stringify({ now, before })}: ${JSON.stringify(stored)}, not ${JSON.stringify(counted)}`],
  );
}
