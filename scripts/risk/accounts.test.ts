import { expect, test } from "vitest";
import { type History, isActiveWithin } from "@/lib/risk/history";
import { auc, calibrationError, type Scored } from "@/lib/risk/measures";
import { adaptModel, fitModel, type Model, returnWithinHorizon } from "@/lib/risk/model";
import { FIRST_DAY, inventAccounts, POPULATIONS } from "./populations";

const TODAY = FIRST_DAY + 300;
const HORIZON = 14;
const upTo = (all: readonly History[]): History[] =>
  all.flatMap(({ person, days }) => {
    const known = days.filter((day) => day <= TODAY);
    return known.length > 0 ? [{ person, days: known }] : [];
  });

const people = upTo(POPULATIONS["all of these, half fading"](51, 600));
const prior = fitModel(people, TODAY, HORIZON) as Model;
const later = inventAccounts(52, 600);

const scores = (model: Model): Scored[] =>
  later.flatMap(({ days }) => {
    const score = returnWithinHorizon(model, days, TODAY);
    return score === undefined ? [] : [{ score, returned: isActiveWithin(days, TODAY, TODAY + HORIZON) }];
  });

test("without accounts to learn from, the people's model is used", () => {
  const adapted = adaptModel(prior, [], TODAY);
  expect(adapted).toEqual(prior);
});

test("with few accounts it is no worse than the people's, with many it is calibrated to accounts", () => {
  const few = scores(adaptModel(prior, upTo(inventAccounts(53, 25)), TODAY));
  const many = scores(adaptModel(prior, upTo(inventAccounts(53, 600)), TODAY));
  expect(few.every(({ score }) => score > 0 && score < 1)).toBe(true);
  expect(auc(few)).toBeGreaterThan(auc(scores(prior)) - 0.02);
  expect(auc(many)).toBeGreaterThan(0.9);
  expect(calibrationError(many)).toBeLessThan(0.05);
  expect(calibrationError(many)).toBeLessThanOrEqual(calibrationError(scores(prior)));
});

test("days after today change nothing", () => {
  const accounts = inventAccounts(54, 120);
  expect(adaptModel(prior, accounts, TODAY)).toEqual(adaptModel(prior, upTo(accounts), TODAY));
});
