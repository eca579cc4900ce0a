import { PEOPLE_COLUMNS } from "@/lib/columns/people";
import { pluralCount as countedWord, formatCount } from "@/lib/format/number";
import { countryName } from "@/lib/format/place";
import { formatDate } from "@/lib/format/time";
import type { ComparisonChoice } from "./choice";
import { BAND_HOURS, type ComparedRow, type ComparedRowKind, isMean, type RowSubject } from "./compared-rows";
import { shareOf } from "./statistics";

/** A comparison in plain words. `named` gives an event's name as the screen shows it. */

export const formatShare = (share: number): string => {
  const value = share * 100;
  if (value > 0 && value < 0.95) return `${value.toFixed(1)} %`;
  return `${value > 99 && value < 100 ? value.toFixed(1) : Math.round(value)} %`;
};

/** "7.4", "0.32", "120": as many digits as matter. */
export const formatMean = (value: number): string => {
  const size = Math.abs(value);
  return size >= 100 ? formatCount(Math.round(value)) : value.toFixed(size >= 10 ? 1 : size >= 1 ? 1 : 2);
};

const points = (share: number): string => {
  const value = Math.abs(share * 100);
  return value < 10 ? value.toFixed(1) : String(Math.round(value));
};

/** "in their first week", "in the 30 days before 1 Oct 2026". */
export function windowText({ counted }: ComparisonChoice): string {
  if ("before" in counted) return `in the ${counted.days} days before ${formatDate(Date.parse(counted.before), "UTC")}`;
  const length = LENGTHS[counted.days] ?? countedWord(counted.days, "day");
  return counted.of === "firstSeen" ? `in their first ${length}` : `in the first ${length} after signing up`;
}
const LENGTHS: { [days: number]: string } = { 1: "day", 7: "week", 30: "30 days" };

const ORIGIN_LABELS: { [key: string]: string } = {
  source: "First source",
  referrer: "First referrer",
  utmCampaign: "First campaign",
  type: "Type",
};
const labelOfColumn = (key: string): string =>
  ORIGIN_LABELS[key] ?? PEOPLE_COLUMNS.find((column) => column.key === key)?.label ?? key;
const PLACE_LABELS: { [key: string]: string } = {
  $country: "Country",
  $device: "Device",
  $browser: "Browser",
  $os: "System",
};
const ACTIVITY_LABELS: { [key: string]: string } = {
  visits: "Visits",
  days: "Days active",
  events: "Events",
  people: "Active people",
  features: "Kinds of events",
};

export const ROW_KIND_LABELS: { [Kind in ComparedRowKind]: string } = {
  event: "Events",
  eventProperty: "Event properties",
  property: "Properties",
  origin: "Where from",
  place: "Place and device",
  activity: "How often and when",
};

/** A row's heading: "Recipe created", "Order paid · plan", "Country"; and its value. */
export function labelOf(
  subject: RowSubject,
  named: (event: string) => string,
): { label: string; value: string | null } {
  const { kind, key, property, value } = subject;
  switch (kind) {
    case "event":
      return { label: named(key), value: null };
    case "eventProperty":
      return { label: `${named(key)} · ${property === "$path" ? "page" : property}`, value: value ?? null };
    case "property":
      return { label: key, value: value ?? null };
    case "origin":
      return { label: labelOfColumn(key), value: placeOf(key, value ?? "") };
    case "place":
      return { label: PLACE_LABELS[key] ?? key, value: placeOf(key, value ?? "") };
    case "activity":
      if (key === "hour") return { label: "Active between", value: hoursOf(Number(value)) };
      return { label: ACTIVITY_LABELS[key] ?? key, value: value === undefined ? "on average" : `${value} or more` };
  }
}

const placeOf = (key: string, value: string): string => (/^\$?country$/.test(key) && countryName(value)) || value;
const hoursOf = (band: number): string => `${band * BAND_HOURS}:00 and ${(band + 1) * BAND_HOURS}:00 UTC`;

/** What the people of a row did or are, following "72 % of retained people". */
function clauseOf(
  { kind, key, property, value = "" }: RowSubject,
  when: string,
  named: (event: string) => string,
): string {
  switch (kind) {
    case "event":
      return `did “${named(key)}” ${when}`;
    case "eventProperty":
      return `did “${named(key)}” with ${property === "$path" ? "page" : property} ${value} ${when}`;
    case "property":
      return `have ${key} ${value}`;
    case "origin":
      if (key === "type") return `are of type ${value}`;
      return key === "landingPage" ? `began on ${value}` : `came from ${value}`;
    case "place":
      return `were ${key === "$country" ? "in" : "on"} ${placeOf(key, value)} ${when}`;
    case "activity":
      if (key === "hour") return `were active between ${hoursOf(Number(value))} ${when}`;
      return key === "visits"
        ? `visited ${value} times or more ${when}`
        : `were active on ${value} days or more ${when}`;
  }
}

const MEAN_VERBS: { [key: string]: [verb: string, unit: string] } = {
  visits: ["visited", "times"],
  days: ["were active on", "days"],
  events: ["did", "things"],
  people: ["had", "active people"],
  features: ["did", "kinds of events"],
};

type Labels = { a: { label: string }; b: { label: string } };

/**
 * "72 % of retained people did “Recipe created” in their first week, 31 % of churned people: 41 points more (36 to
 * 46)."
 */
export function sentenceOf(row: ComparedRow, groups: Labels, when: string, named: (event: string) => string): string {
  const [a, b] = [groups.a.label, groups.b.label];
  const more = row.difference < 0 ? "fewer" : "more";
  const [nearer, farther] = [row.low, row.high].map(Math.abs).sort((x, y) => x - y) as [number, number];
  const spansZero = row.low < 0 && row.high > 0;
  if (isMean(row)) {
    const [verb, unit] = MEAN_VERBS[row.key] ?? ["did", "things"];
    const range = spansZero
      ? `${formatMean(row.low)} to ${formatMean(row.high)}`
      : `${formatMean(nearer)} to ${formatMean(farther)}`;
    const difference = formatMean(Math.abs(row.difference));
    const ofA = `On average ${a} ${verb} ${formatMean(row.a.mean)} ${unit} ${when}`;
    return `${ofA}, ${b} ${formatMean(row.b.mean)}: ${difference} ${more} (${range}).`;
  }
  const signed = (share: number) => `${share < 0 ? "−" : ""}${points(share)}`;
  const range = spansZero ? `${signed(row.low)} to ${signed(row.high)}` : `${points(nearer)} to ${points(farther)}`;
  const [p, q] = [formatShare(shareOf(row.a)), formatShare(shareOf(row.b))];
  return `${p} of ${a} ${clauseOf(row, when, named)}, ${q} of ${b}: ${points(row.difference)} points ${more} (${range}).`;
}

/** "+41 points (36 to 46)", "−0.8 (−1.1 to −0.5)". */
export function differenceOf(row: ComparedRow): string {
  const sign = (value: number) => (value < 0 ? "−" : "+");
  const one = isMean(row) ? (value: number) => formatMean(Math.abs(value)) : points;
  const ends = [row.low, row.high].map((value) => `${value < 0 ? "−" : ""}${one(value)}`);
  return `${sign(row.difference)}${one(row.difference)}${isMean(row) ? "" : " points"} (${ends.join(" to ")})`;
}
