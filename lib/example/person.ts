import type { DESKTOPS, DemoPlace, DemoPlan, SOURCES } from "./world";

export type DemoDevice = { anonymousId: string; hardware: (typeof DESKTOPS)[number][1]; since: number };
export type PlanChange = { at: number; plan: DemoPlan };

export type DemoCompany = {
  id: string;
  name: string;
  slug: string;
  industry: string;
  place: DemoPlace;
  seats: number;
  foundedAt: number;
  /** Oldest first; begins with the free plan when the first person signs up. */
  plans: PlanChange[];
  /** The shared kitchen tablet: one device with several users. */
  tablet: DemoDevice | null;
  /** The story that account screens show here (stories.ts); null for most. */
  story: Story | null;
};

/**
 * champion_left: the most active person, the owner, stops, and the others follow · team_grows: most people joined in
 * the last weeks · feature_dropped: weekly stock counts end while everything else continues.
 */
export type Story = "champion_left" | "team_grows" | "feature_dropped";

/**
 * power: nearly daily · regular: once or twice a week · light: now and then · slipping: regular, then silent · lost:
 * never came back after trying it.
 */
export type DemoHabit = "power" | "regular" | "light" | "slipping" | "lost";

export type DemoPerson = {
  userId: string;
  firstName: string;
  lastName: string;
  email: string;
  role: string;
  company: DemoCompany;
  founder: boolean;
  habit: DemoHabit;
  signedUpAt: number;
  /** When they went quiet; null if they are still active. */
  quietSince: number | null;
  /** Their fixed weekday, 0 for Sunday; null for most. */
  weekday: number | null;
  source: (typeof SOURCES)[number][1];
  devices: DemoDevice[];
};
