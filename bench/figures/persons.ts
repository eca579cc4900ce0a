import { randomUUID } from "node:crypto";
import type { Operation } from "@/lib/events/operation";
import { newId } from "@/lib/ids";
import { applyAlias } from "@/lib/ingest/store/alias";
import { applyBatch } from "@/lib/ingest/store/engine";
import { grantScope } from "@/lib/scope";
import { listEvents } from "@/lib/timeline/timeline.queries";
import { ensureData, HEAVY, LARGE, MANY, projectName } from "../data";
import { type Bench, type Figure, type FigureRow, makeProject, ms, percentile, timings } from "../support";

const PAGE = 50;
const SAMPLES = 200;

/** Cost of person operations: timeline pages among ten million events, identify storms, merging two large persons. */
export const persons: Figure = {
  name: "persons",
  title: "Persons: timelines among 10 million events, identify storms, merges",
  run: async (bench) => [...(await timelines(bench)), ...(await storm(bench)), ...(await merges(bench))],
};

async function timelines({ db, log }: Bench): Promise<FigureRow[]> {
  const projectId = await ensureData(db, LARGE, log);
  const scope = grantScope(projectId, "system:bench");
  const rows: FigureRow[] = [];
  for (const [person, lanes] of [
    [HEAVY, `${HEAVY.devices + 1} lanes, ${HEAVY.events.toLocaleString("en")} events`],
    [MANY, `${(MANY.devices + 1).toLocaleString("en")} lanes`],
  ] as const) {
    for (const order of ["desc", "asc"] as const) {
      const first = await timings(SAMPLES, () => listEvents(scope, `u:${person.extId}`, { order, limit: PAGE }));
      rows.push({
        what: `timeline, ${lanes}, first page (${order})`,
        value: `p95 ${ms(percentile(first, 0.95))}`,
        reference: "p95 below 10 ms",
      });
    }
    let cursor: string | null = null;
    for (let page = 0; page < 100; page++) {
      const { next }: { next: string | null } = await listEvents(scope, `u:${person.extId}`, {
        order: "desc",
        limit: PAGE,
        ...(cursor ? { cursor } : {}),
      });
      cursor = next;
    }
    const deep = cursor ?? undefined;
    const times = await timings(SAMPLES, () =>
      listEvents(scope, `u:${person.extId}`, { order: "desc", limit: PAGE, cursor: deep }),
    );
    rows.push({
      what: `timeline, ${lanes}, page 100`,
      value: `p95 ${ms(percentile(times, 0.95))}`,
      reference: "as the first",
    });
  }
  log(`persons: timelines measured on ${projectName(LARGE)}`);
  return rows;
}

/** Eleven users log in on one device in turn: every identify switches the owner. */
async function storm({ db, writer }: Bench): Promise<FigureRow[]> {
  const project = await makeProject(db, "storm");
  const anon = randomUUID();
  const base = Date.now() - 3_600_000;
  const quiet = await timings(SAMPLES, (i) =>
    applyBatch(writer, project, [operation({ user: "one", anon: randomUUID(), ts: base + i * 1000 })]),
  );
  const switching = await timings(SAMPLES, (i) =>
    applyBatch(writer, project, [operation({ user: `user-${i % 2}`, anon, ts: base + i * 1000 })]),
  );
  return [
    {
      what: "identify on a new device each time",
      value: `p50 ${ms(percentile(quiet, 0.5))}, p95 ${ms(percentile(quiet, 0.95))}`,
    },
    {
      what: "identify that switches the owner each time",
      value: `p50 ${ms(percentile(switching, 0.5))}, p95 ${ms(percentile(switching, 0.95))}`,
    },
  ];
}

/** Merges and separates two persons of 50 user ids and a device each. */
async function merges({ db, writer }: Bench): Promise<FigureRow[]> {
  const project = await makeProject(db, "merges");
  const ts = Date.now() - 3_600_000;
  for (const side of ["left", "right"])
    for (let i = 0; i < 50; i++) {
      await applyBatch(writer, project, [operation({ user: `${side}-${i}`, anon: `${side}-device-${i}`, ts: ts + i })]);
      if (i > 0) await applyAlias(writer, project, operation({ user: `${side}-0`, alias: `${side}-${i}`, ts: ts + i }));
    }
  const joined: number[] = [];
  const parted: number[] = [];
  for (let i = 0; i < 40; i++) {
    const [a, b] = await timings(2, (step) =>
      applyAlias(
        db,
        project,
        operation({ user: "left-0", alias: "right-0", ts: ts + 1000 + i * 2 + step, undo: step === 1 }),
      ),
    );
    joined.push(a as number);
    parted.push(b as number);
  }
  return [
    {
      what: "alias of two persons with 50 ids each",
      value: `p50 ${ms(percentile(joined, 0.5))}, p95 ${ms(percentile(joined, 0.95))}`,
    },
    { what: "unalias of the same", value: `p50 ${ms(percentile(parted, 0.5))}, p95 ${ms(percentile(parted, 0.95))}` },
  ];
}

type Seed = { user: string; anon?: string; alias?: string; undo?: boolean; ts: number };

function operation({ user, anon, alias, undo, ts }: Seed): Operation {
  return {
    id: newId(),
    ts,
    receivedAt: Date.now(),
    kind: alias === undefined ? "identify" : "alias",
    name: alias === undefined ? "identify" : undo ? "unalias" : "alias",
    user,
    anon: anon ?? null,
    streamClass: "sdk",
    sessionId: null,
    claim: true,
    active: alias === undefined,
    context: {},
    revenue: null,
    groups: [],
    properties: {},
    changes: alias === undefined ? [{ mode: "set", key: "plan", value: "pro" }] : [],
    alias: alias ?? null,
    warnings: [],
  };
}
