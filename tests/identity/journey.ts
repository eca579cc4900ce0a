import type pg from "pg";
import sql from "sql-template-tag";
import { detachDevice, reattachDevice } from "@/lib/ingest/corrections/detach";
import { Batcher } from "@/lib/ingest/store/batcher";
import { erasePerson } from "@/lib/privacy/erase";
import { finishErasure } from "@/lib/privacy/erase-jobs.store";
import type { ProjectSettings } from "@/lib/projects/settings";
import { batches, type Random, random, sequence, T0, toOperation } from "./generate";
import { History } from "./history";
import type { ModelOp } from "./model";
import { compareWithView, makeModelProject, visitsOf } from "./run";

const MADE_BY = "member:test";

/**
 * A random sequence in several rounds, each in random batches with replays, with devices detached and reattached and
 * people and visitors erased in between; compared with the model after every round. [] when all is well.
 */
export async function journey(db: pg.Pool, seed: number, size: number): Promise<string[]> {
  const r = random(seed ^ 0x27d4eb2f);
  const ops = sequence(seed, size);
  const project = await makeModelProject(db);
  const history = new History();
  const rounds = 3 + r.int(3);
  const newest = Math.max(...ops.map((op) => op.ts));
  /** Each round ends at a time: newer operations have not happened yet, older ones may be late. */
  const ends = Array.from({ length: rounds }, (_, i) =>
    i === rounds - 1 ? newest : T0 + ((newest - T0) * (i + 1)) / rounds,
  );
  const roundOf = (op: ModelOp) => {
    const earliest = ends.findIndex((end) => op.ts <= end);
    return r.chance(0.3) ? earliest + r.int(rounds - earliest) : earliest;
  };
  const arrivals = ops.map((op) => ({ op, round: roundOf(op) }));
  const jobs: string[] = [];
  const log: string[] = [];
  for (let round = 0; round < rounds; round++) {
    // A fifth of earlier rounds' operations is replayed.
    const sent = arrivals.filter((a) => a.round === round || (a.round < round && r.chance(0.2))).map((a) => a.op);
    const batcher = new Batcher(() => db);
    for (const batch of batches(r, sent))
      await batcher.submit(
        project,
        batch.map((op) => toOperation(op)),
      );
    for (const op of sent) history.arrive(op);
    if (round < rounds - 1) log.push(await correct(db, project, history, r, Math.floor(ends[round] as number), jobs));
    if (round === rounds - 1 || r.chance(0.5)) {
      for (const job of jobs.splice(0)) await finishErasure(db, project.id, job);
      const found = await compareWithView(db, project, history.view(await visitsOf(db, project.id)));
      if (found.length > 0) return [`round ${round + 1} of ${rounds}, after ${log.join(", ")}`, ...found];
    }
  }
  return [];
}

/** One random correction at `now` (ms), in the database and in the model; returns its description. */
async function correct(
  db: pg.Pool,
  project: ProjectSettings,
  history: History,
  r: Random,
  now: number,
  jobs: string[],
): Promise<string> {
  const [pairs, undone] = [history.pairs(), history.detached()];
  const choice = r.int(10);
  if (choice < 4 && pairs.length > 0) {
    const { anon, user } = r.pick(pairs);
    const until = T0 + r.int(now - T0 + 1);
    await detachDevice(db, project, { anonymousId: anon, userId: user, madeBy: MADE_BY }, until);
    history.detach(anon, user, until);
    return `detach ${anon} from ${user}`;
  }
  if (choice < 6 && undone.length > 0) {
    const { anon, user } = r.pick(undone);
    await reattachDevice(db, project, { anonymousId: anon, userId: user, madeBy: MADE_BY });
    history.reattach(anon, user);
    return `attach ${anon} to ${user}`;
  }
  const kind = choice < 9 ? ("u" as const) : ("a" as const);
  const known = kind === "u" ? history.users() : history.devices();
  if (known.length === 0) return "nothing";
  const extId = r.pick(known);
  const suppress = r.chance(0.2);
  const visits = await devicesOfVisits(db, project.id);
  const receipt = await erasePerson(
    db,
    project,
    { kind, extId },
    { suppress, dryRun: false, requestedBy: MADE_BY, now },
  );
  jobs.push(receipt.jobId as string);
  if (kind === "u") history.erasePerson(extId, now, suppress, visits);
  else history.eraseVisitor(extId, now, suppress);
  return `erase ${extId}${suppress ? " for good" : ""}`;
}

/** Each user's devices, by their visits. */
async function devicesOfVisits(db: pg.Pool, projectId: string): Promise<{ anon: string; user: string }[]> {
  const { rows } = await db.query<{ anon: string; user: string }>(sql`
    SELECT DISTINCT a.ext_id AS anon, u.ext_id AS user
      FROM sessions s
      JOIN identities u ON u.project_id = s.project_id AND u.id = s.actor_id AND u.kind = 'u'
      JOIN identities a ON a.project_id = s.project_id AND a.id = s.stream_id
     WHERE s.project_id = ${projectId}`);
  return rows;
}
