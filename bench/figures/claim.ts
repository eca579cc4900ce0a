import { randomUUID } from "node:crypto";
import type { Operation } from "@/lib/events/operation";
import { newId } from "@/lib/ids";
import { applyBatch } from "@/lib/ingest/store/engine";
import { type Bench, type Figure, type FigureRow, makeProject, ms, percentile, timings } from "../support";

const SIZES = [10, 10_000, 1_000_000];
const CLAIMS_PER_SIZE = { 10: 30, 10000: 30, 1000000: 5 } as { [size: number]: number };

/** First claims of anonymous streams of very different lengths: one span changes owner, whatever its size. */
export const claim: Figure = {
  name: "claim",
  title: "Claiming an anonymous stream (identify, one request, committed)",
  run: async (bench) => {
    const rows: FigureRow[] = [];
    const medians: number[] = [];
    for (const size of SIZES) {
      const times = await claims(bench, size, CLAIMS_PER_SIZE[size] as number);
      medians.push(percentile(times, 0.5));
      rows.push({
        what: `${size.toLocaleString("en")} events`,
        value: `p50 ${ms(percentile(times, 0.5))}, max ${ms(Math.max(...times))}`,
      });
    }
    const ratio = (medians.at(-1) as number) / (medians[0] as number);
    return [...rows, { what: "largest against smallest", value: ratio.toFixed(2), reference: "at most 1.5" }];
  },
};

async function claims({ db, writer, log }: Bench, size: number, count: number): Promise<number[]> {
  const project = await makeProject(db, `claim ${size}`);
  log(`claim: writing ${count} streams of ${size} events`);
  const streams = Array.from({ length: count }, () => randomUUID());
  for (const anon of streams) {
    await applyBatch(writer, project, [operation(anon, null, Date.now() - 3_600_000)]);
    await db.query(
      `WITH s AS (SELECT id FROM identities WHERE project_id = $1 AND ext_id = $2),
            e AS (INSERT INTO events (project_id, id, actor_id, stream_id, ts, received_at, kind, name, active, claim)
                  SELECT $1, gen_random_uuid(), s.id, s.id, now() - make_interval(secs => 3600 + g), now(), 'event', 'screen_view', true, false
                    FROM s, generate_series(1, $3::int - 1) g)
       UPDATE spans SET event_count = $3, first_seen = now() - make_interval(secs => 3600 + $3) FROM s WHERE project_id = $1 AND stream_id = s.id`,
      [project.id, anon, size],
    );
  }
  await db.query("ANALYZE events, spans, identities");
  // Warm up connections and plans, as on a running server.
  await timings(10, () => applyBatch(writer, project, [operation(randomUUID(), randomUUID(), Date.now())]));
  return timings(count, (i) => applyBatch(writer, project, [operation(streams[i] as string, `user-${i}`, Date.now())]));
}

function operation(anon: string, user: string | null, ts: number): Operation {
  return {
    id: newId(),
    ts,
    receivedAt: Date.now(),
    kind: user === null ? "event" : "identify",
    name: user === null ? "screen_view" : "identify",
    user,
    anon,
    streamClass: "sdk",
    sessionId: newId(),
    claim: true,
    active: true,
    context: { path: "/" },
    revenue: null,
    groups: [],
    properties: {},
    changes: user === null ? [] : [{ mode: "set", key: "plan", value: "pro" }],
    alias: null,
    warnings: [],
  };
}
