import type { BrowserContext, Cookie, Page } from "@playwright/test";
import type { Operation } from "@/lib/events/operation";
import type { DemoPerson, Story } from "@/lib/example/person";
import { DEMO_EMAIL, demoPassword } from "@/scripts/demo/login";
import { type DemoMade, makeDemo } from "@/scripts/demo/make";
import { logInOverHttp } from "./dashboard";
import { test as base, expect } from "./fixtures";

/** Everybody of `npm run demo`, but few of its 1,600 visitors who never sign up: no errand is about them. */
const SIZE = { people: 500, visitors: 100 };

/** What `npm run demo` creates, made once for all tests of a worker, and the truth planted in it. */
export type Larder = DemoMade & {
  password: string;
  /** Somebody's own operations, oldest first. */
  did(person: DemoPerson): Operation[];
  /** The people of the company with this story, the owner first. */
  members(story: Story): DemoPerson[];
};

type OpenPage = () => Promise<Page>;
/** Opens a link on a machine where nobody is logged in, and logs in. */
type LogInCold = (path?: string) => Promise<Page>;

type Fixtures = {
  /** A page on a machine where nobody is logged in. The test fails if the console says anything. */
  coldPage: OpenPage;
  logInCold: LogInCold;
  /** A page of somebody who logged in before, for tests that are not about it: one log-in per worker. */
  loggedIn: OpenPage;
};

let cookies: Promise<Cookie[]> | undefined;

export const test = base.extend<Fixtures, { larder: Larder }>({
  coldPage: async ({ browser }, use) => {
    const messages: string[] = [];
    const contexts: BrowserContext[] = [];
    await use(async () => {
      const context = await browser.newContext({ timezoneId: "UTC", viewport: { width: 1440, height: 900 } });
      contexts.push(context);
      await context.grantPermissions(["clipboard-read", "clipboard-write"]);
      context.on("console", (message) => {
        if (["error", "warning"].includes(message.type())) messages.push(`${message.text()} ${message.location().url}`);
      });
      context.on("weberror", (error) => messages.push(String(error.error())));
      return await context.newPage();
    });
    for (const context of contexts) await context.close();
    expect(messages, "Throughline's own console").toEqual([]);
  },

  logInCold: async ({ coldPage, larder }, use) => {
    await use(async (path = "/login") => {
      const page = await coldPage();
      await page.goto(path, { waitUntil: "networkidle" }); // input typed before hydration is lost
      await page.getByLabel("E-mail").fill(DEMO_EMAIL);
      await page.getByLabel("Password").fill(larder.password);
      await page.getByRole("button", { name: "Log in" }).click();
      await page.waitForURL(({ pathname }) => pathname !== "/login");
      return page;
    });
  },

  loggedIn: async ({ coldPage, larder }, use) => {
    await use(async () => {
      cookies ??= logInOverHttp({ email: DEMO_EMAIL, password: larder.password });
      const page = await coldPage();
      await page.context().addCookies(await cookies);
      return page;
    });
  },

  larder: [
    async ({ instance: _ }, use) => {
      const password = demoPassword(process.env.AUTH_SECRET ?? "");
      const demo = await makeDemo({ password, fresh: false, size: SIZE });
      const byUser = new Map<string, Operation[]>(demo.people.map(({ userId }) => [userId, []]));
      for (const operation of demo.operations) byUser.get(operation.user ?? "")?.push(operation);
      await use({
        ...demo,
        password,
        did: ({ userId }) => byUser.get(userId) ?? [],
        members: (story) => demo.people.filter(({ company }) => company.story === story),
      });
    },
    { scope: "worker", timeout: 240_000 },
  ],
});

export const nameOf = ({ firstName, lastName }: DemoPerson): string => `${firstName} ${lastName}`;
