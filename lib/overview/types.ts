import type { RecentPerson } from "@/lib/identity/person-ref.queries";

/**
 * How many people were active in a window (`fresh`: seen for the first time), signed up, and how many events there
 * were. Without the own team.
 */
export type Headline = { active: number; identified: number; fresh: number; signUps: number; events: number };

/** `day`: "2026-03-12", in the reader's zone. */
export type DayCount = { day: string; people: number };

export const ACTIVE_PEOPLE_KINDS = ["active", "new", "identified"] as const;
export type ActivePeopleKind = (typeof ACTIVE_PEOPLE_KINDS)[number];

/** A person active in a window: their first and last time in it, and number of events; times in ms. */
export type ActivePerson = {
  person: RecentPerson;
  firstAt: number;
  lastAt: number;
  events: number;
  firstSeen: number | null;
};

/** A page of a window's people: `limit` of them after `from`. */
export type ActivePeopleRequest = {
  show: ActivePeopleKind;
  limit: number;
  from: { lastAt: number; id: number } | undefined;
};
