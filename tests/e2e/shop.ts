import { becomeOperator, sendFromServer } from "./dashboard";
import { test as base, expect, type Project } from "./fixtures";

/** A project with three companies, open on its accounts going quiet. */
const DAY_MS = 86_400_000;

type Company = { id: string; name: string; domain: string; plan: string };
type Act = { user: string; event: string; company: string; daysAgo: number };

const COMPANIES: Company[] = [
  { id: "engine", name: "Engine Works", domain: "engine.example", plan: "pro" },
  { id: "navy", name: "Navy Yard", domain: "navy.example", plan: "team" },
  { id: "tides", name: "Tides & Co", domain: "tides.example", plan: "free" },
];

/**
 * Engine Works had five people a week, ten weeks on end up to the one before the last full one, and lost all but one;
 * Navy Yard is new; Tides & Co has one person.
 */
const actsOf = (now: number): Act[] => [
  ...[11, 10, 9, 8, 7, 6, 5, 4, 3, 2].flatMap((weeksAgo) =>
    ["ada", "babbage", "menabrea", "plana", "turing"].map((user) => ({
      user,
      event: user === "ada" ? "report_exported" : "report_opened",
      company: "engine",
      daysAgo: ((new Date(now).getUTCDay() + 6) % 7) + 7 * weeksAgo - 3, // the Thursday of that week
    })),
  ),
  { user: "ada", event: "report_exported", company: "engine", daysAgo: 1 },
  { user: "grace", event: "report_opened", company: "navy", daysAgo: 3 },
  { user: "mary", event: "report_opened", company: "tides", daysAgo: 40 },
];

async function tell(project: Project): Promise<void> {
  const now = Date.now();
  for (const { id, name, domain, plan } of COMPANIES)
    await sendFromServer(project, {
      type: "group",
      payload: { id, type: "company", name, properties: { domain, plan } },
    });
  for (const { user, event, company, daysAgo } of actsOf(now)) {
    const __timestamp = new Date(now - daysAgo * DAY_MS - 60_000).toISOString();
    await sendFromServer(project, {
      type: "track",
      payload: { name: event, profileId: user, groups: [company], properties: { __timestamp } },
    });
  }
}

export const test = base.extend<{ shop: Project }>({
  shop: async ({ project, page }, use) => {
    const messages: string[] = [];
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) messages.push(`${message.text()} ${message.location().url}`);
    });
    page.on("pageerror", (error) => messages.push(String(error)));
    await tell(project);
    await becomeOperator(page);
    // The job may read an account between two of the requests.
    await expect(async () => {
      await page.goto(`/${project.projectId}/accounts`);
      const names = page.locator("tbody [data-row-link]");
      await expect(names).toHaveText(["Engine Works", "Navy Yard", "Tides & Co"], { timeout: 2_000 });
      await page.goto(`/${project.projectId}/accounts?tab=quiet`);
      await expect(page.getByRole("link", { name: "Engine Works" })).toBeVisible({ timeout: 2_000 });
      await expect(page.getByText("1 person in 7 days, usually 5")).toBeVisible({ timeout: 1_000 });
    }).toPass({ timeout: 60_000 });
    await use(project);
    expect(messages, "Throughline's own console").toEqual([]);
  },
});
