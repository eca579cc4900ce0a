import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { RiskRecord } from "@/components/insights/risk-record";
import { riskExplanation } from "@/components/insights/risk-view";
import { pool } from "@/lib/db/pool";
import { completeRisk } from "@/lib/jobs/risk";
import type { History } from "@/lib/risk/history";
import { atRisk, type RiskState, riskState } from "@/lib/risk/risk.queries";
import { FIRST_DAY } from "@/scripts/risk/populations";
import { UNLIKE } from "@/scripts/risk/unlike";
import { NOW, projectOf, TODAY } from "./project";

/** What the Risk screen says about a project whose data ends before TODAY, and how many it lists. */
async function screenOf(people: readonly History[]): Promise<{ words: string; listed: number; state: RiskState }> {
  const scope = await projectOf(people);
  await completeRisk(pool(), scope.projectId, NOW);
  const state = await riskState(scope);
  if (!state) throw new Error("no state");
  const { tracks, horizon } = state;
  const record = renderToStaticMarkup(RiskRecord({ tracks, horizon, subject: "people", hrefOf: () => "/x" }));
  const words = `${riskExplanation("people", state)} ${record}`;
  expect(words).not.toMatch(/NaN|Infinity|undefined|null/);
  for (const { probability } of await atRisk(scope, 100))
    if (probability !== null) expect(probability > 0 && probability < 1).toBe(true);
  return { words, listed: (await atRisk(scope, 1_000)).length, state };
}

const unlike = (name: string, seed: number) => (UNLIKE[name] as NonNullable<(typeof UNLIKE)[string]>)(seed).people;
/** Moves days so that the project's data ends on the last whole day. */
const movedTo = (people: readonly History[], end: number) =>
  people.map((one) => ({ ...one, days: one.days.map((day) => day + TODAY - 1 - end) }));

test("thirty people: no probabilities, a plain rule, and no claim", async () => {
  const { words, listed, state } = await screenOf(unlike("thirty people", 61));
  expect(state).toMatchObject({ hasModel: false, tracks: [] });
  expect(words).toContain("too little history for probabilities");
  expect(words).toContain("Too few have stayed away or come back so far");
  expect(listed).toBeLessThan(10);
}, 60_000);

test("three weeks of history: no claim, and few are listed", async () => {
  const { words, listed, state } = await screenOf(movedTo(unlike("three weeks old", 62), FIRST_DAY + 301));
  expect(state.tracks).toEqual([]);
  expect(words).toContain("Too few have stayed away or come back so far");
  expect(listed).toBeLessThan(60);
}, 60_000);

test("if nobody left, hardly anybody is listed", async () => {
  expect((await screenOf(unlike("nobody leaves", 63))).listed).toBeLessThan(8);
}, 60_000);

test("when everybody falls silent at once, the screen says so and lists nobody for it", async () => {
  const { words, listed, state } = await screenOf(movedTo(unlike("everybody left 30 days ago", 64), FIRST_DAY + 240));
  expect(state.lull?.share).toBeLessThan(0.05);
  expect(words).toMatch(/^Since .* people have been at 0 % of their usual activity/);
  expect(listed).toBeLessThan(800 / 8);
}, 60_000);

test("one bot with millions of events changes nobody's assessment", async () => {
  const { listed, state } = await screenOf(unlike("one huge bot", 65));
  expect(state.hasModel).toBe(true);
  expect(listed).toBeLessThan(150);
}, 60_000);
