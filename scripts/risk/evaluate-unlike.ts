import { assess, basisOf, lullAt, withoutModel } from "@/lib/risk/alarm";
import { type History, isActiveWithin } from "@/lib/risk/history";
import { auc, calibrationError, type Scored } from "@/lib/risk/measures";
import { fitModel, type Model } from "@/lib/risk/model";
import { runToEnd } from "@/lib/risk/steps";
import { CUTOFFS_AGO, trackAt, verdictOf } from "@/lib/risk/track";
import { type Silence, silencesAfter } from "./alarms";
import { knownAt } from "./histories";
import { FIRST_DAY } from "./populations";
import type { Unlike } from "./unlike";

export type Judged = {
  people: number;
  returned: number;
  auc: number;
  silenceAuc: number;
  calibrationError: number;
  /** The Risk screen's own verdict at each cut-off. */
  verdicts: string[];
  /** How many it lists at the cut-offs. */
  quiet: number;
  silences: Silence[];
  ours: Scored[];
};

/** The predictions of the model and its screen for a project, all cut-offs pooled. */
export function judgeUnlike({ people, cutoffs, horizon }: Unlike): Judged {
  const [ours, silent, outcomes]: [Scored[], Scored[], boolean[]] = [[], [], []];
  const silences: Silence[] = [];
  const verdicts: string[] = [];
  let quiet = 0;
  const all = new Map(people.map(({ person, days }) => [person, days]));
  for (const cutoff of cutoffs.map((day) => FIRST_DAY + day)) {
    const known = knownAt(people, cutoff);
    const model = fitModel(known, cutoff, horizon);
    verdicts.push(model ? verdictAt(known, cutoff, horizon) : "no model");
    const lull = lullAt(known, cutoff, horizon);
    for (const { person, days, events } of known) {
      const { standing, probability } = assess(
        { ...(model ? basisOf(model) : withoutModel(horizon)), lull },
        days,
        cutoff,
        events,
      );
      const returned = isActiveWithin(all.get(person) ?? [], cutoff, cutoff + horizon);
      outcomes.push(returned);
      if (standing === "quiet") quiet++;
      if (probability === null) continue;
      ours.push({ score: probability, returned });
      silent.push({ score: (days.at(-1) as number) - cutoff, returned });
    }
    if (model) silences.push(...silencesAfter(people, cutoff, model));
  }
  return {
    people: outcomes.length,
    returned: outcomes.filter(Boolean).length / outcomes.length,
    auc: ours.length > 0 ? auc(ours) : Number.NaN,
    silenceAuc: ours.length > 0 ? auc(silent) : Number.NaN,
    calibrationError: ours.length > 0 ? calibrationError(ours) : Number.NaN,
    verdicts,
    quiet,
    silences,
    ours,
  };
}

function verdictAt(known: readonly History[], cutoff: number, horizon: number): string {
  const tracks = CUTOFFS_AGO.flatMap((ago) => {
    const model: Model | undefined = fitModel(known, cutoff - ago, horizon);
    const tracked = model && runToEnd(trackAt(known, cutoff, ago, model));
    return tracked ? [tracked.track] : [];
  });
  return verdictOf(tracks);
}
