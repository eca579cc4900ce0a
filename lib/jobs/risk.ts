import { type Pool, pool, transaction } from "@/lib/db/pool";
import { areFactsCurrent, projectIds } from "@/lib/profiles/facts/facts.queries";
import { lockFacts } from "@/lib/profiles/facts/facts.store";
import { knownBy, unknown } from "@/lib/risk/alarm";
import type { History } from "@/lib/risk/history";
import { fittingModel } from "@/lib/risk/model";
import {
  horizonOf,
  type KeptModel,
  keepModel,
  keptModel,
  noteRiskSwept,
  sampleHistories,
  sampleSize,
  writeRisk,
} from "@/lib/risk/risk.store";
import { finish, type Steps } from "@/lib/risk/steps";
import { CUTOFFS_AGO, type Track, trackedAt } from "@/lib/risk/track";
import { RunAgain } from "./loop";
import { forOneProject } from "./one-project";

const DAY_MS = 24 * 60 * 60 * 1000;
/** People a model is applied to per transaction: some 50 ms. */
const BATCH_PEOPLE = 500;
/** A fit computes for this long, in ms, before yielding. */
const SLICE_MS = 10;
/** Then the job rests nine times as long as it worked: a tenth of one core. */
const REST = 9;
const LOOK_EVERY_MS = 60_000;

type Fit = Omit<KeptModel, "sweptTo">;

/**
 * Today, the last day with data, is not over, and yesterday is used instead: people who come in the evening were not
 * silent.
 */
const lastWholeDay = (now: number): number => Math.floor(now / DAY_MS) - 1;

/** A project's model and its track record, from one sample of people. */
function* fitting(histories: readonly History[], day: number, horizon: number): Steps<Fit> {
  const model = (yield* fittingModel(histories, day, horizon)) ?? null;
  const tracks: Track[] = [];
  for (const ago of CUTOFFS_AGO) {
    const track = yield* trackedAt(histories, day, ago, horizon);
    if (track) tracks.push(track);
  }
  return { fittedOn: day, horizon, model, tracks, people: histories.length };
}

/** An import may add a project's past at any time of the day: a model of half as many people no longer fits. */
const GROWTH = 2;

const isFitted = (kept: KeptModel | null, day: number, horizon: number, people: number): kept is KeptModel =>
  kept !== null && kept.fittedOn >= day && kept.horizon === horizon && people <= GROWTH * kept.people;

/**
 * Fits each project's model once a day, when its horizon changes and when its people have doubled, and applies it to
 * everybody identified: a slice of the fit or a batch of people at a time. A fit in progress is lost with its process
 * and starts over.
 */
export function riskTender(db: () => Pool = pool): (now: number) => Promise<RunAgain> {
  let fit: { projectId: string; steps: Steps<Fit> } | null = null;
  /** Returns whether there was something to do for the project. */
  const look = async (projectId: string, day: number): Promise<boolean> => {
    if (!(await areFactsCurrent(db(), projectId))) return false;
    const horizon = await horizonOf(db(), projectId);
    const kept = await keptModel(db(), projectId);
    if (!isFitted(kept, day, horizon, await sampleSize(db(), projectId))) {
      fit = { projectId, steps: fitting(await sampleHistories(db(), projectId, day), day, horizon) };
      return true;
    }
    if (kept.sweptTo === null) return false;
    await sweepRisk(db(), projectId, kept);
    return true;
  };
  const proceed = async ({ projectId, steps }: NonNullable<typeof fit>): Promise<void> => {
    const done = sliceOf(steps);
    if (!done) return;
    fit = null;
    await keepModel(db(), projectId, done);
  };
  const work = async (now: number): Promise<boolean> => {
    if (fit) {
      const underWay = fit;
      const went = await forOneProject("risk", fit.projectId, now, async () => {
        await proceed(underWay);
        return true;
      });
      if (went === null) fit = null;
      return true;
    }
    const day = lastWholeDay(now);
    for (const projectId of await projectIds(db()))
      if (await forOneProject("risk", projectId, now, () => look(projectId, day))) return true;
    return false;
  };
  return async (now) => {
    const start = performance.now();
    try {
      const isBusy = await work(now);
      return new RunAgain(isBusy ? (performance.now() - start) * REST : LOOK_EVERY_MS);
    } catch (error) {
      fit = null;
      throw error;
    }
  };
}

function sliceOf(steps: Steps<Fit>): Fit | undefined {
  const until = performance.now() + SLICE_MS;
  while (performance.now() < until) {
    const { done, value } = steps.next();
    if (done) return value;
  }
  return undefined;
}

/** The next batch of people. */
async function sweepRisk(db: Pool, projectId: string, kept: KeptModel): Promise<number | null> {
  const known = kept.model ? knownBy(kept.model) : unknown(kept.horizon);
  return transaction(db, async (tx) => {
    await lockFacts(tx, projectId);
    const to = await writeRisk(tx, projectId, known, kept.sweptTo ?? 0, BATCH_PEOPLE, kept.fittedOn);
    await noteRiskSwept(tx, projectId, to);
    return to;
  });
}

/** A new model, not yet applied to anybody. */
export async function refitRisk(db: Pool, projectId: string, now = Date.now()): Promise<void> {
  const day = lastWholeDay(now);
  const horizon = await horizonOf(db, projectId);
  await keepModel(db, projectId, finish(fitting(await sampleHistories(db, projectId, day), day, horizon)));
}

/** Runs to completion, for the demo, tests and benchmarks. */
export async function settleRisk(db: Pool, projectId: string, now = Date.now()): Promise<void> {
  await refitRisk(db, projectId, now);
  await applyRisk(db, projectId);
}

/** Applies the model to everybody it has not been applied to. */
export async function applyRisk(db: Pool, projectId: string): Promise<void> {
  for (let kept = await keptModel(db, projectId); kept && kept.sweptTo !== null; )
    kept = { ...kept, sweptTo: await sweepRisk(db, projectId, kept) };
}
