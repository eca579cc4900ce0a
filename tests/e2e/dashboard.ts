import { expect, type Locator, type Page } from "@playwright/test";
import { OPERATOR, type Project } from "./fixtures";

/** Logs in as the operator, who owns every test's project. */
export async function logInOperator(page: Page): Promise<void> {
  await page.goto("/login");
  await page.getByLabel("E-mail").fill(OPERATOR.email);
  await page.getByLabel("Password").fill(OPERATOR.password);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.waitForURL(/\/[0-9a-f-]{36}\//);
}

export const userPath = (project: Project, ref: string, tab = ""): string =>
  `/${project.projectId}/users/${encodeURIComponent(ref)}${tab}`;

/** A user's timeline as its page shows it, oldest first: "Pricing", "before login". */
export async function timeline(page: Page, project: Project, ref: string): Promise<{ text: string; mark: string }[]> {
  await page.goto(userPath(project, ref));
  const rows = page.locator("section[aria-labelledby^=day-]").getByRole("listitem");
  await expect(rows.first()).toBeVisible();
  const told = await rows.evaluateAll((all) =>
    all.map((row) => ({
      text: (row.querySelector("span.truncate > span")?.textContent ?? "").trim(),
      mark: ["before login", "inferred"].find((mark) => row.textContent?.includes(mark)) ?? "",
    })),
  );
  return told.reverse();
}

/** The lanes of the Identities tab: id and description. */
export async function lanes(page: Page, project: Project, ref: string): Promise<Map<string, string>> {
  await page.goto(userPath(project, ref, "/identities"));
  const cards = page.getByRole("listitem").filter({ has: page.getByRole("img", { name: /over time$/ }) });
  await expect(cards.first()).toBeVisible();
  const told = await cards.evaluateAll((all) =>
    // biome-ignore lint/performance/useDomNodeTextContent: what a reader sees, line by line
    all.map((card) => [card.querySelector("h2 code")?.textContent ?? "", (card as HTMLElement).innerText] as const),
  );
  return new Map(told);
}

/** Reloads until the facts job's results are shown, a second or two after the events. */
export async function reloadUntil(page: Page, shown: Locator): Promise<void> {
  await page.waitForURL(({ pathname }) => pathname !== "/login"); // a reload would interrupt a log-in
  await expect(async () => {
    await page.reload();
    await expect(shown).toBeVisible({ timeout: 3_000 });
  }).toPass();
}
