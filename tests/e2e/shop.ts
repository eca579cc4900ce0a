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
  const companies = COMPANIES.map(({ id, name, domain, plan }) => ({
    type: "group",
    payload: { id, type: "company", name, properties: { domain, plan } },
  }));
  const acts = actsOf(now).map(({ user, event, company, daysAgo }) => {
    const __timestamp = new Date(now - daysAgo * DAY_MS - 60_000).toISOString();
    return { type: "track", payload: { name: event, profileId: user, groups: [company], properties: { __timestamp } } };
  });
  await sendFromServer(project, { batch: [...companies, ...acts] });
  type Account = { id: string; healthReason: string };
  const known = async () => {
    const { data } = await project.read<{ data: Account[] }>("/accounts");
    return [data.map(({ id }) => id).sort(), data.find(({ id }) => id === "engine")?.healthReason];
  };
  const expected = [COMPANIES.map(({ id }) => id), "1 person in 7 days, usually 5"];
  await expect.poll(known, { timeout: 60_000 }).toEqual(expected);
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
    await page.goto(`/${project.projectId}/accounts?tab=quiet`);
    await expect(page.getByRole("link", { name: "Engine Works" })).toBeVisible();
    await use(project);
    expect(messages, "Throughline's own console").toEqual([]);
  },
});
