/**
 * `npm run evaluate:risk`: how well the model of lib/risk predicts who returns, on two public histories and on invented
 * people with known habits, compared with simpler methods. Anything evaluated at a cut-off was fitted to the days up to
 * it. Prints the tables of docs/risk.md.
 */
import { fitBgNbd } from "@/lib/risk/bgnbd";
import { type History, isActiveWithin, sampleOf } from "@/lib/risk/history";
import { auc, brier, calibrationError, lift, type Scored } from "@/lib/risk/measures";
import { fitModel, type Model, returnWithinHorizon } from "@/lib/risk/model";
import { type AlarmFigures, atRecall, figuresOf, type Silence, silencesAfter } from "./alarms";
import { activitySummaryOf, BASELINES, bgNbdScores, probabilitiesBy } from "./baselines";
import { accountRows } from "./evaluate-accounts";
import { judgeUnlike } from "./evaluate-unlike";
import { knownAt, publicHistories } from "./histories";
import { FIRST_DAY, POPULATIONS } from "./populations";
import { UNLIKE } from "./unlike";

type Case = {
  name: string;
  histories: readonly History[];
  cutoffs: readonly number[];
  horizon: number;
  /** Leaves out people who were silent for longer, in days. */
  seenWithin?: number;
  followsAlarms: boolean;
};

/** One method at one cut-off: its order of people, and its probabilities, if it has any. */
type Result = { method: string; ranks: Scored[]; probabilities: Scored[] | null };

const firstDay = (histories: readonly History[]) =>
  histories.reduce((least, { days }) => Math.min(least, days[0] as number), Number.POSITIVE_INFINITY);

function cases(): Case[] {
  const cdnow = publicHistories("cdnow");
  const messages = publicHistories("collegemsg");
  const [c, m] = [firstDay(cdnow) - 1, firstDay(messages)];
  const weeks = [84, 98, 112, 126, 140, 154, 168].map((day) => m + day);
  return [
    { name: "CDNOW, 39 weeks", histories: cdnow, cutoffs: [c + 273], horizon: 273, followsAlarms: false },
    { name: "CDNOW, 13 weeks", histories: cdnow, cutoffs: [c + 273], horizon: 91, followsAlarms: true },
    { name: "messages, 14 days", histories: messages, cutoffs: weeks, horizon: 14, followsAlarms: false },
    {
      name: "messages, seen in 28 days",
      histories: messages,
      cutoffs: weeks.slice(0, 5),
      horizon: 14,
      seenWithin: 28,
      followsAlarms: true,
    },
    ...Object.entries(POPULATIONS).map(([name, make]) => ({
      name,
      histories: make(),
      cutoffs: [240, 269, 298].map((day) => FIRST_DAY + day),
      horizon: 14,
      followsAlarms: true,
    })),
  ];
}

function evaluate(one: Case): { results: Result[]; silences: Silence[] } {
  const results = new Map<string, Result>();
  const silences: Silence[] = [];
  for (const cutoff of one.cutoffs) {
    const known = knownAt(one.histories, cutoff);
    const model = fitModel(known, cutoff, one.horizon);
    if (!model) throw new Error(`${one.name}: too little history at ${cutoff}`);
    for (const { method, ranks, probabilities } of resultsAt(one, known, cutoff, model)) {
      const all = results.get(method) ?? { method, ranks: [], probabilities: probabilities && [] };
      all.ranks.push(...ranks);
      all.probabilities?.push(...(probabilities ?? []));
      results.set(method, all);
    }
    if (one.followsAlarms) silences.push(...silencesAfter(one.histories, cutoff, model));
  }
  return { results: [...results.values()], silences };
}

function resultsAt(one: Case, known: readonly History[], cutoff: number, model: Model): Result[] {
  const { horizon } = one;
  const full = new Map(one.histories.map(({ person, days }) => [person, days]));
  const isShown = ({ days }: History) =>
    cutoff - (days.at(-1) as number) <= (one.seenWithin ?? Number.POSITIVE_INFINITY);
  const returned = (history: History) => isActiveWithin(full.get(history.person) ?? [], cutoff, cutoff + horizon);
  const scored = (scores: readonly number[]): Scored[] =>
    known.flatMap((history, i) =>
      isShown(history) ? [{ score: scores[i] as number, returned: returned(history) }] : [],
    );
  const ours = scored(known.map(({ days, events }) => returnWithinHorizon(model, days, cutoff, events) ?? 0));
  const bgnbd = fitBgNbd(sampleOf(known, 4_000).map((history) => activitySummaryOf(history, cutoff)));
  const buying = bgNbdScores(bgnbd, known, cutoff, horizon);
  const before = knownAt(known, cutoff - horizon);
  const past = new Map(known.map(({ person, days }) => [person, days]));
  const outcomes = before.map(({ person }) => isActiveWithin(past.get(person) ?? [], cutoff - horizon, cutoff));
  return [
    { method: "**this model**", ranks: ours, probabilities: ours },
    ...BASELINES.map(({ name, scores }) => {
      const now = scores(known, cutoff, horizon);
      if (before.length === 0) return { method: name, ranks: scored(now), probabilities: null };
      const toProbability = probabilitiesBy(scores(before, cutoff - horizon, horizon), outcomes);
      return { method: name, ranks: scored(now), probabilities: scored(now.map(toProbability)) };
    }),
    { method: "BG/NBD", ranks: scored(buying.rank), probabilities: scored(buying.probability) },
  ];
}

const number = (value: number, digits = 3) => (Number.isFinite(value) ? value.toFixed(digits) : "–");
const percent = (value: number) => (Number.isFinite(value) ? `${(100 * value).toFixed(0)} %` : "–");
const show = ({ alarms, precision, recall, after }: AlarmFigures) =>
  alarms === 0 ? "0" : `${alarms}, ${percent(precision)}, ${percent(recall)}, ${after}`;
const print = (cells: readonly (string | number)[]) => process.stdout.write(`| ${cells.join(" | ")} |\n`);

function printHead(cells: readonly string[]): void {
  process.stdout.write("\n");
  print(cells);
  print(cells.map(() => "---"));
}

const done = cases().map((one) => ({ one, ...evaluate(one) }));

printHead(["set", "method", "people", "returned", "AUC", "lift at 10 %", "Brier score", "calibration error"]);
for (const { one, results } of done)
  for (const { method, ranks, probabilities } of results)
    print([
      one.name,
      method,
      ranks.length,
      percent(ranks.filter((scored) => scored.returned).length / ranks.length),
      number(auc(ranks), 4),
      number(lift(ranks), 2),
      probabilities ? number(brier(probabilities), 4) : "–",
      probabilities ? number(calibrationError(probabilities)) : "–",
    ]);

printHead([
  "set",
  "silences, departures",
  "old rule: alarms, right, departures found, after days",
  "this rule",
  "this model at the recall of the old rule",
  "the same, on the last day of the horizon",
]);
for (const { one, silences } of done) {
  if (!one.followsAlarms) continue;
  const daily = silences.filter(({ isDaily }) => isDaily);
  for (const [name, some] of [
    [one.name, silences],
    [`${one.name}: daily visitors`, daily],
  ] as const) {
    if (some.length === 0) continue;
    const before = figuresOf(some, (silence) => silence.before);
    print([
      name,
      `${some.length}, ${some.filter(({ isDeparture }) => isDeparture).length}`,
      show(before),
      show(figuresOf(some, (silence) => silence.ours)),
      before.alarms > 0 ? show(atRecall(some, before.recall)) : "–",
      before.alarms > 0 ? show(atRecall(some, before.recall, one.horizon)) : "–",
    ]);
  }
}

printHead([
  "kind of project",
  "people",
  "returned",
  "AUC",
  "AUC of days silent",
  "calibration error",
  "own verdict",
  "quiet",
  "old rule: alarms, right, departures found, after days",
  "this rule",
]);
for (const [name, make] of Object.entries(UNLIKE)) {
  const found = judgeUnlike(make(11));
  print([
    name,
    found.people,
    percent(found.returned),
    number(found.auc),
    number(found.silenceAuc),
    number(found.calibrationError),
    found.verdicts.join(", "),
    found.quiet,
    show(figuresOf(found.silences, (silence) => silence.before)),
    show(figuresOf(found.silences, (silence) => silence.ours)),
  ]);
}

printHead(["accounts to learn from", "method", "AUC", "lift at 10 %", "Brier score", "calibration error"]);
for (const row of accountRows())
  print([
    row.accounts,
    row.method,
    number(row.auc, 4),
    number(row.lift, 2),
    number(row.brier ?? Number.NaN, 4),
    number(row.calibrationError ?? Number.NaN),
  ]);
