import { type Pool, pool, type Tx } from "@/lib/db/pool";
import { projectIds } from "@/lib/profiles/facts/facts.queries";
import {
  nextPeopleForSignUps,
  recordSignUpSweep,
  type SignUpRule,
  type SignUpSweep,
  signUpRule,
  signUpSweep,
  writeSignUps,
} from "@/lib/profiles/facts/sign-up.store";
import { RunAgain } from "./loop";
import { forOneProject } from "./one-project";
import { retrySetAside, setFaultyAside } from "./set-faulty-aside";

/** The version of the values derived from a sign-up: raise it when more are derived. */
const DERIVED_VERSION = 2;
/** People per transaction. */
const BATCH_PEOPLE = 500;
/** How soon a changed setting is noticed, in ms. */
const CHECK_EVERY_MS = 30_000;
/** The job rests this many times as long as it worked. */
const REST = 9;

/**
 * One batch of people whose sign-up was computed with other settings, or before the project's first event moved; false
 * if nothing is left to do. The facts job handles people who change. Safe to run concurrently: both write the same.
 */
export async function sweepSignUps(db: Pool, projectId: string, now = Date.now()): Promise<boolean> {
  const rule = await signUpRule(db, projectId);
  const sweep = { projectId, job: "sign-ups", now } as const;
  const work = (tx: Tx, some: readonly number[]) => writeSignUps(tx, projectId, some, rule, now);
  const { ruleText, doneTo } = nextOf(await signUpSweep(db, projectId), rule);
  if (doneTo === null) {
    await retrySetAside(db, sweep, BATCH_PEOPLE, Number, work);
    return false;
  }
  const people = await nextPeopleForSignUps(db, projectId, doneTo, BATCH_PEOPLE);
  await setFaultyAside(db, sweep, people, work);
  const isOver = people.length < BATCH_PEOPLE;
  await recordSignUpSweep(db, projectId, ruleText, isOver ? null : (people.at(-1) as number));
  // The first event has moved since, so the people processed before that are processed again.
  return !isOver || ruleText !== textOf(rule);
}

const textOf = (rule: SignUpRule): string => JSON.stringify({ ...rule, made: DERIVED_VERSION });

/**
 * Where a sweep resumes. Changed settings begin a new sweep at once. A moved first event does not, or an import of ever
 * older events would keep the last people waiting for ever: the current sweep finishes by the newer rule, and another
 * follows.
 */
function nextOf(stored: SignUpSweep | null, rule: SignUpRule): { ruleText: string; doneTo: number | null } {
  const text = textOf(rule);
  if (!stored) return { ruleText: text, doneTo: 0 };
  const began: Partial<SignUpRule> = JSON.parse(stored.rule);
  const isUnderWay = stored.doneTo !== null && textOf({ ...rule, firstDay: began.firstDay ?? null }) === stored.rule;
  if (stored.rule === text || isUnderWay) return { ruleText: stored.rule, doneTo: stored.doneTo };
  return { ruleText: text, doneTo: 0 };
}

/** Sweeps one batch of each project. */
export async function sweepAllSignUps(now: number): Promise<RunAgain> {
  const start = performance.now();
  let hasMore = false;
  for (const projectId of await projectIds(pool())) {
    const isMore = await forOneProject("decide sign-ups", projectId, now, () => sweepSignUps(pool(), projectId, now));
    hasMore = isMore || hasMore;
  }
  return new RunAgain(hasMore ? (performance.now() - start) * REST : CHECK_EVERY_MS);
}
