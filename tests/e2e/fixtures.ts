import { type BrowserContext, test as base, expect, type Page } from "@playwright/test";
import { endPools } from "@/lib/db/pool";
import { prisma } from "@/lib/db/prisma";
import { provision } from "@/scripts/admin/commands";
import { type Instance, openInstance } from "@/scripts/instance";
import { openSite, type Site } from "@/tests/support/site";

/** Owns every test's project. */
export const OPERATOR = { email: "operator@throughline.example", password: "correct horse battery staple" };

type Key = { clientId: string; clientSecret: string };
type Event = {
  id: string;
  name: string;
  timestamp: string;
  sessionId: string | null;
  attribution: string;
  path: string;
};
type Profile = {
  ref: string;
  anonymousIds: string[];
  events: number;
  sessions: number;
  firstSeen: string;
  lastSeen: string;
};

export type Project = {
  /** Throughline's URL. */
  origin: string;
  projectId: string;
  write: Key;
  /** GET /api/v1/… with the read key. */
  read<T>(path: string): Promise<T>;
  profiles(): Promise<Profile[]>;
  /** A person's events, oldest first. */
  events(ref: string): Promise<Event[]>;
};

export type Visitor = { context: BrowserContext; page: Page };

type Fixtures = {
  /** Closes what a test opened with `browser.newContext`: its pages would keep working during the next tests. */
  closeContexts: undefined;
  /** Console messages the browser itself may print, for tests that break the network. */
  tolerated: RegExp | undefined;
  project: Project;
  site: Site;
  /** A person on the customer's site, in a separate browser. The test fails if anything appears on its console. */
  visitor: Visitor;
};

export const test = base.extend<Fixtures, { instance: Instance }>({
  /** The running instance's database, opened once per worker as `npm run admin` does: a process per test takes 2 s. */
  instance: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameter's names
    async ({}, use) => {
      process.env.DATA_DIR = process.env.E2E_DATA_DIR ?? process.env.DATA_DIR;
      process.env.DATABASE_URL = "";
      const instance = await openInstance();
      await use(instance);
      await Promise.all([endPools(), prisma().$disconnect()]);
      await instance.close();
    },
    { scope: "worker" },
  ],

  closeContexts: [
    async ({ browser }, use, info) => {
      await use(undefined);
      // After a failure Playwright still takes pictures of them.
      if (info.status === info.expectedStatus) await Promise.all(browser.contexts().map((context) => context.close()));
    },
    { auto: true },
  ],

  tolerated: [undefined, { option: true }],

  project: async ({ baseURL, instance: _ }, use, info) => {
    const origin = baseURL as string;
    const made = await provision({ ...OPERATOR, project: `Project ${info.testId.slice(-6)}` }, () => {});
    const read = async <T>(path: string): Promise<T> => {
      const headers = {
        "throughline-client-id": made.read.clientId,
        "throughline-client-secret": made.read.clientSecret,
      };
      const response = await fetch(`${origin}/api/v1${path}`, { headers });
      expect(response.status, await response.clone().text()).toBe(200);
      return response.json() as Promise<T>;
    };
    await use({
      ...made,
      origin,
      read,
      profiles: async () => (await read<{ data: Profile[] }>("/profiles?limit=1000")).data,
      events: async (ref) =>
        (await read<{ data: Event[] }>(`/profiles/${encodeURIComponent(ref)}/events?order=asc&limit=1000`)).data,
    });
  },

  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameter's names
  site: async ({}, use) => {
    const site = await openSite();
    await use(site);
    await site.close();
  },

  visitor: async ({ browser, tolerated }, use) => {
    const context = await browser.newContext();
    const logged: string[] = [];
    context.on("console", (message) => logged.push(`${message.type()}: ${message.text()}`));
    context.on("weberror", (error) => logged.push(String(error.error())));
    await use({ context, page: await context.newPage() });
    await context.close();
    expect(
      logged.filter((line) => !tolerated?.test(line)),
      "the visitor's console",
    ).toEqual([]);
  },
});

export { expect };
