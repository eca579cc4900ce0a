import { writeRiskColumn } from "@/lib/accounts/facts.store";
import { type Pool, pool, transaction } from "@/lib/db/pool";
import { nextAccounts } from "@/lib/lifecycle/rules.store";
import { areFactsCurrent, projectIds } from "@/lib/profiles/facts/facts.queries";
import { lockFacts } from "@/lib/profiles/profiles.store";
import {
  type AccountSample,
  accountSampleSize,
  accountsHaveRevenue,
  forgetAccountRisk,
  sampleAccounts,
  writeAccountRisk,
} from "@/lib/risk/account-risk.store";
import { basisOf, lullAt, withoutModel } from "@/lib/risk/alarm";
import type { History } from "@/lib/risk/history";
import { adaptingModel, fittingModel } from "@/lib/risk/model";
import {
  type Fit,
  recordAccountRiskSwept,
  recordRiskSwept,
  type StoredModel,
  type StoredPart,
  storedModel,
  storeModel,
} from "@/lib/risk/model.store";
import { RISK_SUBJECTS, type RiskSubject, type StoredOutcome } from "@/lib/risk/outcomes.store";
import {
  forgetRisk,
  hasRevenue,
  horizonOf,
  nextPeopleForRisk,
  sampleHistories,
  sampleSize,
  writeRisk,
} from "@/lib/risk/risk.store";
import { runToEnd, type Steps } from "@/lib/risk/steps";
import { CUTOFFS_AGO, type Track, trackAt } from "@/lib/risk/track";
import { RunAgain } from "./loop";
import { forOneProject } from "./one-project";
import { setFaultyAside } from "./set-faulty-aside";

const DAY_MS = 24 * 60 * 60 * 1000;
/** People a model is applied to per transaction: some 50 ms. */
const BATCH_PEOPLE = 500;
const BATCH_ACCOUNTS = 100;
/** A fit computes for this long, in ms, before yielding. */
const SLICE_MS = 10;
/** Then the job rests nine times as long as it worked: a tenth of one core. */
const REST = 9;
const CHECK_EVERY_MS = 60_000;

/**
 * Yesterday. Today is not over, and people who only come in the evening would look silent.
 */
const lastWholeDay = (now: number): number => Math.floor(now / DAY_MS) - 1;

/** The data that the models are fitted to. */
type Samples = {
  people: History[];
  accounts: AccountSample;
  byRevenue: { people: boolean; accounts: boolean };
  sizes: Sizes;
};

async function samplesOf(db: Pool, projectId: string, day: number): Promise<Samples> {
  return {
    sizes: await sizesOf(db, projectId),
    people: await sampleHistories(db, projectId, day),
    accounts: await sampleAccounts(db, projectId, day),
    byRevenue: { people: await hasRevenue(db, projectId), accounts: await accountsHaveRevenue(db, projectId) },
  };
}

/** The models as they are or would have been fitted on a day; the accounts' model is adapted from the people's. */
function* modelsOn({ people, accounts }: Samples, day: number, horizon: number) {
  const ofPeople = yield* fittingModel(people, day, horizon);
  const ofAccounts = ofPeople
    ? yield* adaptingModel(ofPeople, accounts.histories, day)
    : yield* fittingModel(accounts.histories, day, horizon);
  return { people: ofPeople, accounts: ofAccounts };
}

/** A project's models and their track records, from one sample of people and one of accounts. */
function* fitting(samples: Samples, day: number, horizon: number): Steps<Fit> {
  const models = yield* modelsOn(samples, day, horizon);
  const tracks: Record<RiskSubject, Track[]> = { people: [], accounts: [] };
  const outcomes: StoredOutcome[] = [];
  const histories = { people: samples.people, accounts: samples.accounts.histories };
  const idOf = (subject: RiskSubject, person: number) =>
    subject === "people" ? String(person) : (samples.accounts.ids[person] as string);
  for (const ago of CUTOFFS_AGO) {
    if (horizon > ago) continue;
    const then = yield* modelsOn(samples, day - ago, horizon);
    for (const subject of RISK_SUBJECTS) {
      const model = then[subject];
      const tracked = model && (yield* trackAt(histories[subject], day, ago, model));
      if (!tracked) continue;
      tracks[subject].push(tracked.track);
      for (const { person, ...one } of tracked.outcomes)
        outcomes.push({ ...one, subject, ago, id: idOf(subject, person) });
    }
  }
  const partOf = (subject: RiskSubject): StoredPart => ({
    model: models[subject] ?? null,
    lull: lullAt(histories[subject], day, horizon) ?? null,
    tracks: tracks[subject],
    size: samples.sizes[subject],
    byRevenue: samples.byRevenue[subject],
  });
  return { fittedOn: day, horizon, people: partOf("people"), accounts: partOf("accounts"), outcomes };
}

/** The model is refitted when people or accounts have grown by this factor: an import may add history at any time. */
const GROWTH = 2;

type Sizes = { people: number; accounts: number };

const isFitted = (
  stored: StoredModel | null,
  day: number,
  horizon: number,
  { people, accounts }: Sizes,
): stored is StoredModel =>
  stored !== null &&
  stored.fittedOn >= day &&
  stored.horizon === horizon &&
  people <= GROWTH * stored.people.size &&
  stored.accounts !== null &&
  accounts <= GROWTH * stored.accounts.size;

async function sizesOf(db: Pool, projectId: string): Promise<Sizes> {
  return { people: await sampleSize(db, projectId), accounts: await accountSampleSize(db, projectId) };
}

/**
 * Fits each project's models once a day, when its horizon changes and when its people or accounts have doubled, and
 * applies them to everybody identified and to every account: a slice of the fit or a batch of people at a time. A fit
 * in progress is lost with its process and starts over.
 */
export function createRiskJob(db: () => Pool = pool): (now: number) => Promise<RunAgain> {
  let fit: { projectId: string; steps: Steps<Fit> } | null = null;
  /** Returns whether there was work for the project. */
  const checkProject = async (projectId: string, now: number): Promise<boolean> => {
    const day = lastWholeDay(now);
    if (!(await areFactsCurrent(db(), projectId))) return false;
    const horizon = await horizonOf(db(), projectId);
    const model = await storedModel(db(), projectId);
    if (!isFitted(model, day, horizon, await sizesOf(db(), projectId))) {
      fit = { projectId, steps: fitting(await samplesOf(db(), projectId, day), day, horizon) };
      return true;
    }
    return sweepRisk(db(), projectId, model, now);
  };
  const continueFit = async ({ projectId, steps }: NonNullable<typeof fit>): Promise<void> => {
    const done = sliceOf(steps);
    if (!done) return;
    fit = null;
    await storeFit(db(), projectId, done);
  };
  /** Projects left in this round; the first one stays until nothing is left to do for it. */
  let waiting: string[] = [];
  const work = async (now: number): Promise<boolean> => {
    if (fit) {
      const underWay = fit;
      const done = await forOneProject("predict risk", fit.projectId, now, async () => {
        await continueFit(underWay);
        return true;
      });
      if (done === null) fit = null;
      return true;
    }
    if (waiting.length === 0) waiting = await projectIds(db());
    for (let id = waiting[0]; id !== undefined; id = waiting[0]) {
      const projectId = id;
      if (await forOneProject("predict risk", projectId, now, () => checkProject(projectId, now))) return true;
      waiting.shift();
    }
    return false;
  };
  return async (now) => {
    const start = performance.now();
    try {
      const isBusy = await work(now);
      return new RunAgain(isBusy ? (performance.now() - start) * REST : CHECK_EVERY_MS);
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

/**
 * Applies the models to the next batch of people, or of accounts after all people; returns false if nothing is left.
 * People who cannot be stored are set aside until the next day's model.
 */
async function sweepRisk(
  db: Pool,
  projectId: string,
  { people, accounts, ...stored }: StoredModel,
  now: number,
): Promise<boolean> {
  const knownOf = ({ model, lull, byRevenue }: StoredPart) => ({
    ...(model ? basisOf(model) : withoutModel(stored.horizon)),
    lull: lull ?? undefined,
    byRevenue,
  });
  const { sweptTo } = people;
  if (sweptTo !== null) {
    const batch = await nextPeopleForRisk(db, projectId, sweptTo, BATCH_PEOPLE);
    await setFaultyAside(db, { projectId, job: "risk", now }, batch, (tx, some) =>
      writeRisk(tx, projectId, knownOf(people), some, stored.fittedOn),
    );
    const to = batch.length < BATCH_PEOPLE ? null : (batch.at(-1) ?? null);
    await transaction(db, async (tx) => {
      await lockFacts(tx, projectId);
      await forgetRisk(tx, projectId, { from: sweptTo, to }, batch);
      await recordRiskSwept(tx, projectId, to);
    });
    return true;
  }
  if (accounts === null || accounts.sweptTo === null) return false;
  const { sweptTo: after } = accounts;
  const batch = await nextAccounts(db, projectId, after, BATCH_ACCOUNTS);
  await setFaultyAside(db, { projectId, job: "account-risk", now }, batch, async (tx, some) => {
    await writeAccountRisk(tx, projectId, knownOf(accounts), some, stored.fittedOn);
    await writeRiskColumn(tx, projectId, some);
  });
  const to = batch.length < BATCH_ACCOUNTS ? null : (batch.at(-1) ?? null);
  await transaction(db, async (tx) => {
    await lockFacts(tx, projectId);
    await forgetAccountRisk(tx, projectId, { from: after, to }, batch);
    await recordAccountRiskSwept(tx, projectId, to);
  });
  return true;
}

/** Fits and stores new models, without applying them to anybody. */
export async function refitRisk(db: Pool, projectId: string, now = Date.now()): Promise<void> {
  const day = lastWholeDay(now);
  const horizon = await horizonOf(db, projectId);
  const fit = runToEnd(fitting(await samplesOf(db, projectId, day), day, horizon));
  await storeFit(db, projectId, fit);
}

const storeFit = (db: Pool, projectId: string, fit: Fit): Promise<void> =>
  transaction(db, async (tx) => {
    await lockFacts(tx, projectId);
    await storeModel(tx, projectId, fit);
  });

/** Runs to completion, for the demo, tests and benchmarks. */
export async function completeRisk(db: Pool, projectId: string, now = Date.now()): Promise<void> {
  await refitRisk(db, projectId, now);
  await applyRisk(db, projectId, now);
}

/** Applies the models to everybody they have not been applied to. */
export async function applyRisk(db: Pool, projectId: string, now = Date.now()): Promise<void> {
  for (let isBusy = true; isBusy; ) {
    const model = await storedModel(db, projectId);
    isBusy = model !== null && (await sweepRisk(db, projectId, model, now));
  }
}
