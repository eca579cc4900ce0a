import type { DESKTOPS, Place, Plan, SOURCES } from "./world";

export type Device = { anonymousId: string; hardware: (typeof DESKTOPS)[number][1]; since: number };
export type PlanChange = { at: number; plan: Plan };

export type Company = {
  id: string;
  name: string;
  slug: string;
  industry: string;
  place: Place;
  seats: number;
  foundedAt: number;
  /** Oldest first; begins with the free plan when the first person signs up. */
  plans: PlanChange[];
  /** In the kitchen, used by everybody there: the case where one device belongs to several people. */
  tablet: Device | null;
};

/**
 * power: nearly daily · regular: weekly · light: now and then · slipping: regular, then silent · lost: never came back
 * after trying it.
 */
export type Habit = "power" | "regular" | "light" | "slipping" | "lost";

export type Person = {
  userId: string;
  firstName: string;
  lastName: string;
  email: string;
  role: string;
  company: Company;
  founder: boolean;
  habit: Habit;
  signedUpAt: number;
  /** When they stopped coming, or null for those who still do. */
  quietSince: number | null;
  source: (typeof SOURCES)[number][1];
  devices: Device[];
};
