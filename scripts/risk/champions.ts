/**
 * The part of `npm run evaluate:risk` about champions: does it predict anything about an account that its most active
 * person has stopped, beyond what the model of accounts knows? Invented accounts with and without such an effect.
 */
import { assess, basisOf } from "@/lib/risk/alarm";
import { CHAMPION_DAYS, isChampionQuiet, SILENT_DAYS } from "@/lib/risk/champion";
import { countUpTo, isActiveWithin } from "@/lib/risk/history";
import { fitLogistic, logit, sigmoid } from "@/lib/risk/logistic";
import { auc, brier, type Scored } from "@/lib/risk/measures";
import { adaptModel, fitModel, type Model } from "@/lib/risk/model";
import { knownAt } from "./histories";
import {
  anytime,
  exponential,
  FIRST_DAY,
  FOREVER,
  type InventedAccount,
  LENGTH_DAYS,
  randomOf,
  type VisitHabit,
  weekly,
  worker,
} from "./populations";

const HORIZON = 14;
const CUTOFFS = [210, 240, 270, 300].map((day) => FIRST_DAY + day);
/** An account is lost if nobody comes in the two weeks up to this many days after the cut-off. */
const LATER_DAYS = 60;

/**
 * How colleagues react when their champion leaves: not at all, or two thirds of the teams leave too, one after the
 * other.
 */
export type Effect = "none" | "teams follow";
const FOLLOW = 2 / 3;
const FOLLOW_DAYS = 30;

/**
 * Accounts of three to eight people, one of whom comes nearly daily: half of these regulars leave at some time, and a
 * quarter of the accounts cancel.
 */
export function accountsWithChampions(seed: number, size: number, effect: Effect): InventedAccount[] {
  const random = randomOf(seed);
  const habits = [worker, weekly, anytime];
  const end = FIRST_DAY + LENGTH_DAYS;
  return Array.from({ length: size }, (_, i): InventedAccount => {
    const first = FIRST_DAY + Math.floor(random() * (LENGTH_DAYS - 240));
    const at = () => first + 60 + Math.floor(random() * (LENGTH_DAYS - 60));
    const cancelled = random() < 0.25 ? at() : FOREVER;
    const championLeft = random() < 0.5 ? at() : FOREVER;
    const follows = random() < FOLLOW && effect === "teams follow";
    const people = Array.from({ length: 3 + Math.floor(random() * 6) }, (_, j) => {
      const habit: VisitHabit =
        j === 0 ? () => 0.7 : (habits[Math.floor(random() * habits.length)] as (typeof habits)[number])(random);
      const answer = follows && j > 0 ? championLeft + exponential(random, FOLLOW_DAYS) : FOREVER;
      const own = j === 0 ? championLeft : first + exponential(random, 500);
      const leftOn = Math.floor(Math.min(own, answer, cancelled + 14 * random(), FOREVER));
      const joined = first + Math.floor(20 * random());
      const days = [joined];
      for (let day = joined + 1; day < Math.min(end, leftOn); day++)
        if (random() < habit(day, day - (days.at(-1) as number))) days.push(day);
      return { person: 1_000 * (i + 1) + j, days, leftOn };
    });
    // As many events on a day as people: what the model knows as depth.
    const events = new Map<number, number>();
    for (const day of people.flatMap((one) => one.days)) events.set(day, (events.get(day) ?? 0) + 1);
    const days = [...events.keys()].sort((a, b) => a - b);
    return {
      person: i + 1,
      days,
      events: days.map((day) => events.get(day) ?? 0),
      leftOn: Math.max(...people.map((one) => one.leftOn)),
      people,
    };
  });
}

/** The screen's data on an account's people at a cut-off (account-risk.store.ts). */
function signsAt(account: InventedAccount, cutoff: number) {
  const from = cutoff - SILENT_DAYS - CHAMPION_DAYS;
  const seen = account.people.flatMap(({ person, days }) => {
    const known = days.slice(0, countUpTo(days, cutoff));
    const counted = countUpTo(known, cutoff - SILENT_DAYS) - countUpTo(known, from);
    return counted > 0 ? [{ person, counted, silent: cutoff - (known.at(-1) as number) }] : [];
  });
  const [champion] = [...seen].sort((a, b) => b.counted - a.counted || a.person - b.person);
  const all = seen.reduce((sum, { counted }) => sum + counted, 0);
  const stopped = seen.filter(({ silent }) => silent >= SILENT_DAYS);
  return {
    championQuiet:
      champion !== undefined &&
      isChampionQuiet({ people: seen.length, championDays: champion.counted, championSilent: champion.silent }),
    seatsLost: seen.length === 0 ? 0 : stopped.length / seen.length,
    shareLost: all === 0 ? 0 : stopped.reduce((sum, { counted }) => sum + counted, 0) / all,
  };
}

type Case = ReturnType<typeof signsAt> & { isHere: boolean; probability: number; returned: boolean; lost: boolean };

/** Accounts with a habit that have not left, as the track record counts them. */
function casesAt(accounts: readonly InventedAccount[], model: Model, cutoff: number): Case[] {
  return accounts.flatMap((account) => {
    const known = account.days.filter((day) => day <= cutoff);
    if (known.length === 0) return [];
    const { standing, probability } = assess(basisOf(model), known, cutoff, account.events);
    if (standing === "new" || standing === "gone" || probability === null) return [];
    return [
      {
        ...signsAt(account, cutoff),
        isHere: standing === "here",
        probability,
        returned: isActiveWithin(account.days, cutoff, cutoff + HORIZON),
        lost: !isActiveWithin(account.days, cutoff + LATER_DAYS - HORIZON, cutoff + LATER_DAYS),
      },
    ];
  });
}

const SIGNS = {
  "**this model**": null,
  "and whether the champion is quiet": ({ championQuiet }: Case) => Number(championQuiet),
  "and seats lost": ({ seatsLost }: Case) => seatsLost,
  "and the share of activity lost": ({ shareLost }: Case) => shareLost,
} as const;

export type ChampionRow = {
  effect: Effect;
  /** Accounts that are here at a cut-off and whose champion is quiet; the share lost later, and that of the others. */
  quiet: number;
  lostOfQuiet: number;
  lostOfOthers: number;
  /** Of all accounts judged, for coming back within the horizon; each sign weighed by outcomes one horizon earlier. */
  measures: { method: string; auc: number; brier: number }[];
};

/** Accounts to learn from, and as many others to judge. */
export function championRow(effect: Effect, size: number, seed = 61): ChampionRow {
  const learnt = accountsWithChampions(seed, size, effect);
  const judged = accountsWithChampions(seed + 1, size, effect);
  const cases: Case[] = [];
  const earlier: Case[] = [];
  for (const cutoff of CUTOFFS) {
    const people = knownAt(
      learnt.flatMap((account) => account.people),
      cutoff,
    );
    const prior = fitModel(people, cutoff, HORIZON) as Model;
    const model = adaptModel(prior, knownAt(learnt, cutoff), cutoff);
    cases.push(...casesAt(judged, model, cutoff));
    earlier.push(...casesAt(learnt, model, cutoff - HORIZON));
  }
  const share = (of: readonly Case[]) => of.filter(({ lost }) => lost).length / Math.max(1, of.length);
  const here = cases.filter(({ isHere }) => isHere);
  const quiet = here.filter(({ championQuiet }) => championQuiet);
  return {
    effect,
    quiet: quiet.length,
    lostOfQuiet: share(quiet),
    lostOfOthers: share(here.filter(({ championQuiet }) => !championQuiet)),
    measures: Object.entries(SIGNS).map(([method, signOf]) => {
      const scored = signOf
        ? scoredWith(earlier, cases, signOf)
        : cases.map(scoredAs(({ probability }) => probability));
      return { method, auc: auc(scored), brier: brier(scored) };
    }),
  };
}

const scoredAs =
  (scoreOf: (one: Case) => number) =>
  (one: Case): Scored => ({ score: scoreOf(one), returned: one.returned });

/** The model's log odds and one more sign, weighed by earlier outcomes. */
function scoredWith(earlier: readonly Case[], later: readonly Case[], signOf: (one: Case) => number): Scored[] {
  const row = (one: Case) => [1, logit(one.probability), signOf(one)];
  const coefficients = fitLogistic(
    {
      width: 3,
      rows: Float64Array.from(earlier.flatMap(row)),
      outcomes: Uint8Array.from(earlier, ({ returned }) => Number(returned)),
      weights: new Float64Array(earlier.length).fill(1),
    },
    [0, 1, 1],
    [0, 1, 0],
  );
  return later.map(
    scoredAs((one) => sigmoid(row(one).reduce((sum, x, i) => sum + x * (coefficients[i] as number), 0))),
  );
}

/** Both kinds of accounts, for the tables of docs/risk.md. */
export const championRows = (): ChampionRow[] =>
  (["none", "teams follow"] as const).map((effect) => championRow(effect, 2_000));
