import { adjustPValues, compareMeans, compareShares, type Mean, type Share, type Tested } from "./statistics";

/** What a row is about; each kind can be shown on its own. */
export const ROW_KINDS = ["event", "eventProperty", "property", "origin", "place", "activity"] as const;
export type ComparedRowKind = (typeof ROW_KINDS)[number];

/** Hours per part of a day, in UTC, by which activity is grouped. */
export const BAND_HOURS = 6;

/**
 * What people did or are. `key`: an event's name, a property, a column, "visits", "days", "events" or "hour";
 * `property`: of an event. `value`: the property's value, the minimum, or the part of the day; absent if having done
 * it, or its mean, is compared.
 */
export type RowSubject = { kind: ComparedRowKind; key: string; property?: string; value?: string };

export type CountedShare = RowSubject & { a: Share; b: Share };
export type CountedMean = RowSubject & { a: Mean; b: Mean };
export type ComparedShare = CountedShare & Tested & { adjusted: number };
export type ComparedMean = CountedMean & Tested & { adjusted: number };
export type ComparedRow = ComparedShare | ComparedMean;

export const isMean = (row: ComparedRow): row is ComparedMean => "mean" in row.a;

/** Of the rows shown as clear, at most this share on average is due to chance. */
export const FALSE_DISCOVERIES = 0.05;
/** Groups with fewer people show nothing. */
export const MIN_GROUP = 10;
/** The same for means, whose intervals rely on the number of people. */
const MIN_MEAN_GROUP = 20;
/**
 * At least this many people of both groups together must have done it, and as many not. These counts are the same
 * however people are divided into groups, so choosing rows by them favours no difference.
 */
export const MIN_SUPPORT = 10;

export type Comparison = {
  /** Differences that chance does not explain, largest effect first. */
  clear: ComparedRow[];
  /** The others, in the same order. */
  unclear: ComparedRow[];
};

/** Tests all rows together. Subjects without support are neither shown nor tested. */
export function compareRows(shares: readonly CountedShare[], means: readonly CountedMean[]): Comparison {
  const rows = [
    ...shares.filter(isSupported).map((row) => ({ ...row, ...compareShares(row.a, row.b) })),
    ...means
      .filter(({ a, b }) => Math.min(a.people, b.people) >= MIN_MEAN_GROUP)
      .map((row) => ({ ...row, ...compareMeans(row.a, row.b) })),
  ];
  const values = adjustPValues(rows.map(({ p }) => p));
  const compared = rows
    .map((row, i): ComparedRow => ({ ...row, adjusted: values[i] as number }))
    .sort((x, y) => Math.abs(y.effect) - Math.abs(x.effect) || x.p - y.p || (nameOf(x) < nameOf(y) ? -1 : 1));
  const isClear = (row: ComparedRow) => row.adjusted <= FALSE_DISCOVERIES;
  return { clear: compared.filter(isClear), unclear: compared.filter((row) => !isClear(row)) };
}

function isSupported({ a, b }: CountedShare): boolean {
  const [had, people] = [a.had + b.had, a.people + b.people];
  return Math.min(a.people, b.people) >= MIN_GROUP && had >= MIN_SUPPORT && people - had >= MIN_SUPPORT;
}

const nameOf = ({ kind, key, property, value }: RowSubject): string => JSON.stringify([kind, key, property, value]);
