import { type Browser, type Cookie, expect, type Locator, type Page, request } from "@playwright/test";
import { OPERATOR, type Project } from "./fixtures";

let operatorsCookies: Promise<Cookie[]> | undefined;

/**
 * Gives the page's browser a log-in of the operator's: one per worker, as the log-in's own pages take a second of
 * processor time. Nobody may log out with it, as it is shared. The first screen's scripts are not in the browser's
 * cache yet, and a click before hydration is lost, so the first `goto` waits for it.
 */
export async function becomeOperator(page: Page): Promise<void> {
  operatorsCookies ??= logInOverHttp(OPERATOR);
  await page.context().addCookies(await operatorsCookies);
  const { goto } = page;
  page.goto = async (...args) => {
    page.goto = goto;
    const response = await page.goto(...args);
    await page.evaluate(() => new Promise((done) => requestIdleCallback(done)));
    return response;
  };
}

/** The cookies of a new log-in. */
export async function logInOverHttp(credentials: { email: string; password: string }): Promise<Cookie[]> {
  const browser = await request.newContext({ baseURL: process.env.E2E_URL });
  const { csrfToken } = (await (await browser.get("/api/auth/csrf")).json()) as { csrfToken: string };
  const form = { csrfToken, json: "true", ...credentials };
  expect((await browser.post("/api/auth/callback/credentials", { form })).status()).toBe(200);
  const { cookies } = await browser.storageState();
  await browser.dispose();
  return cookies;
}

/** Opens a screen as the operator, in a browser of its own. */
export async function openAsOperator(browser: Browser, url: string): Promise<Page> {
  const page = await (await browser.newContext({ timezoneId: "Europe/Berlin" })).newPage();
  await becomeOperator(page);
  await page.goto(url);
  return page;
}

export const userPath = (project: Project, ref: string, tab = ""): string =>
  `/${project.projectId}/users/${encodeURIComponent(ref)}${tab}`;

/** A user's timeline as its page shows it, oldest first: "Pricing", "before log-in". */
export async function timeline(page: Page, project: Project, ref: string): Promise<{ text: string; mark: string }[]> {
  await page.goto(userPath(project, ref));
  const rows = page.locator("section[aria-labelledby^=day-]").getByRole("listitem");
  await expect(rows.first()).toBeVisible();
  const texts = await rows.evaluateAll((all) =>
    all.map((row) => ({
      text: (row.querySelector("span.truncate > span")?.textContent ?? "").trim(),
      mark: ["before log-in", "inferred"].find((mark) => row.textContent?.includes(mark)) ?? "",
    })),
  );
  return texts.reverse();
}

/** The lanes of the Identities tab: id and description. */
export async function lanes(page: Page, project: Project, ref: string): Promise<Map<string, string>> {
  await page.goto(userPath(project, ref, "/identities"));
  const cards = page.getByRole("listitem").filter({ has: page.getByRole("img", { name: /over time$/ }) });
  await expect(cards.first()).toBeVisible();
  const texts = await cards.evaluateAll((all) =>
    // biome-ignore lint/performance/useDomNodeTextContent: what a reader sees, line by line
    all.map((card) => [card.querySelector("h2 code")?.textContent ?? "", (card as HTMLElement).innerText] as const),
  );
  return new Map(texts);
}

/** Reloads until the facts job's results are shown, a second or two after the events. */
export async function reloadUntil(page: Page, shown: Locator): Promise<void> {
  await page.waitForURL(({ pathname }) => pathname !== "/login"); // a reload would interrupt a log-in
  await expect(async () => {
    await page.reload();
    await expect(shown).toBeVisible({ timeout: 3_000 });
  }).toPass();
}

/** Sends as the customer's server, with the secret: a message, or a batch, all of which must be stored. */
export async function sendFromServer(project: Project, body: object): Promise<void> {
  const response = await fetch(`${project.origin}/api/track`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "throughline-client-id": project.write.clientId,
      "throughline-client-secret": project.write.clientSecret,
    },
    body: JSON.stringify(body),
  });
  expect(response.status, await response.clone().text()).toBe(200);
  if ("batch" in body && Array.isArray(body.batch))
    expect(await response.json()).toMatchObject({ accepted: body.batch.length });
}
