import { type Pool, pool, transaction } from "@/lib/db/pool";
import { projectIds } from "@/lib/profiles/facts/facts.queries";
import { lockFacts } from "@/lib/profiles/facts/facts.store";
import { peopleAfter, recordSweep, signUpRule, sweptTo, writeSignUps } from "@/lib/profiles/facts/sign-up.store";
import { RunAgain } from "./loop";
import { forOneProject } from "./one-project";

/** Version of the values derived from a sign-up; raised when more are derived. */
const MADE = 2;
/** People per transaction. */
const BATCH_PEOPLE = 500;
/** How soon a changed setting is noticed, in ms. */
const LOOK_EVERY_MS = 30_000;
/** The job rests this many times as long as it worked. */
const REST = 9;

/**
 * One batch of people whose sign-up was decided by other settings, or before the project's first event moved; false if
 * there is nothing left to do. The facts job handles people who change. Safe to run concurrently: both write the same.
 */
export async function sweepSignUps(db: Pool, projectId: string, now = Date.now()): Promise<boolean> {
  const rule = await signUpRule(db, projectId);
  const text = JSON.stringify({ ...rule, made: MADE });
  const done = await sweptTo(db, projectId, text);
  if (done === null) return false;
  const people = await peopleAfter(db, projectId, done, BATCH_PEOPLE);
  await transaction(db, async (tx) => {
    await lockFacts(tx, projectId);
    await writeSignUps(tx, projectId, people, rule, now);
    await recordSweep(tx, projectId, text, people.length < BATCH_PEOPLE ? null : (people.at(-1) as number));
  });
  return people.length === BATCH_PEOPLE;
}

/** One batch of each project. */
export async function tendSignUps(now: number): Promise<RunAgain> {
  const start = performance.now();
  let isLeft = false;
  for (const projectId of await projectIds(pool())) {
    const isMore = await forOneProject("decide sign-ups", projectId, now, () => sweepSignUps(pool(), projectId, now));
    isLeft = isMore || isLeft;
  }
  return new RunAgain(isLeft ? (performance.now() - start) * REST : LOOK_EVERY_MS);
}
