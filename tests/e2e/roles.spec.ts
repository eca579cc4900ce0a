import type { Browser, Page } from "@playwright/test";
import { expectAccessible } from "./accessibility";
import { becomeOperator, sendFromServer } from "./dashboard";
import { expect, type Project, test } from "./fixtures";

const PASSWORD = "tall paper lantern";

const track = (project: Project, userId: string) =>
  sendFromServer(project, { type: "track", payload: { name: "opened", profileId: userId } });

/** Invites somebody as a viewer by link, in a browser of their own. */
async function inviteViewer(page: Page, browser: Browser, name: string, email: string): Promise<Page> {
  await page.getByLabel("Role", { exact: true }).selectOption("viewer");
  await page.getByRole("button", { name: "Invite", exact: true }).click();
  const link = (await page.getByText(/\/invite\//).textContent()) ?? "";
  const theirs = await (await browser.newContext()).newPage();
  await theirs.goto(link);
  await expect(theirs.getByText("invites you as a viewer")).toBeVisible();
  await theirs.getByLabel("Your name").fill(name);
  await theirs.getByLabel("E-mail").fill(email);
  await theirs.getByLabel("Password").fill(PASSWORD);
  await theirs.getByRole("button", { name: "Create account and join" }).click();
  await expect(theirs).not.toHaveURL(/\/invite\//);
  return theirs;
}

/** What the server answers to the page's browser, which need not render it. */
const statusOf = async (page: Page, path: string): Promise<number> => (await page.request.get(path)).status();

/** A screen's controls that change something: they come and go with the person's role. */
async function expectOffers(page: Page, { projectId }: Project, mayEdit: boolean): Promise<void> {
  const count = mayEdit ? 1 : 0;
  await page.goto(`/${projectId}/users/u:kim/notes`);
  await expect(page.getByText("kim").first()).toBeVisible();
  await expect(page.getByRole("button", { name: "Add note" })).toHaveCount(count);
  await page.goto(`/${projectId}/segments`);
  await expect(page.getByRole("link", { name: "New segment" })).toHaveCount(count);
  await page.goto(`/${projectId}/settings`);
  await expect(page.getByRole("button", { name: /^Save/ })).toHaveCount(0);
  expect(await statusOf(page, `/${projectId}/segments/new`)).toBe(mayEdit ? 200 : 404);
  for (const forbidden of ["settings/delete", "settings/alerts/new"])
    expect(await statusOf(page, `/${projectId}/${forbidden}`), forbidden).toBe(404);
}

test("an owner invites a viewer, makes them an editor, takes one project away, and removes them", async ({
  page,
  project,
  browser,
}) => {
  await track(project, "kim");
  const [team, name] = [`/${project.projectId}/settings/team`, `Vera ${project.projectId.slice(-6)}`];
  await becomeOperator(page);
  await page.goto(team);
  const theirs = await inviteViewer(page, browser, name, `vera-${project.projectId}@throughline.example`);

  await expectOffers(theirs, project, false);
  await theirs.goto(team);
  await expect(theirs.getByText("Only owners and admins can change it")).toBeVisible();
  await expect(theirs.getByRole("button", { name: "Invite", exact: true })).toHaveCount(0);
  await expectAccessible(theirs, "team, as a viewer");

  await page.reload();
  await page.getByLabel(`Role of ${name}`).selectOption("editor");
  await expect(async () => {
    await page.reload();
    await expect(page.getByLabel(`Role of ${name}`)).toHaveValue("editor", { timeout: 1_000 });
  }).toPass();
  await expectOffers(theirs, project, true);

  await page.getByRole("button", { name: `Roles of ${name} per project` }).click();
  const select = page.locator(`select[id$="${project.projectId}"]`);
  await select.selectOption("none");
  await expect(page.getByRole("dialog")).toBeVisible();
  await expect(async () => {
    expect(await statusOf(theirs, `/${project.projectId}/users`)).toBe(404);
  }).toPass();
  await expectAccessible(page, "roles per project");
  await select.selectOption("viewer");
  await expect(async () => {
    expect(await statusOf(theirs, `/${project.projectId}/users`)).toBe(200);
  }).toPass();
  await expectOffers(theirs, project, false);

  await page.reload();
  await page.getByRole("button", { name: `Remove ${name}` }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect(page.getByText(name)).toHaveCount(0);
  for (const path of [`/${project.projectId}/users`, team]) expect(await statusOf(theirs, path), path).toBe(404);
  await theirs.context().close();
});

test("a change that another site sends with the member's cookies is refused", async ({ page }) => {
  await becomeOperator(page);
  await page.goto("/account");
  const name = await page.getByLabel("Your name").inputValue();
  const [sent] = await Promise.all([
    page.waitForRequest((request) => request.method() === "POST" && request.url().endsWith("/account")),
    page.getByRole("button", { name: "Save name" }).click(),
  ]);
  await expect(page.getByText("Saved.")).toBeVisible();
  const { cookie: _, "content-length": __, ...headers } = await sent.allHeaders();
  const body = (sent.postData() ?? "").replace(name, "Mallory");
  expect(body).toContain("Mallory");
  const forge = (origin: string) =>
    page.context().request.post("/account", { headers: { ...headers, origin }, data: Buffer.from(body) });
  for (const origin of ["https://evil.example", "null"]) {
    expect((await forge(origin)).status(), origin).toBe(403);
    await page.reload();
    await expect(page.getByLabel("Your name")).toHaveValue(name);
  }
  // The same request from our own page works: it was refused for its origin.
  expect((await forge(new URL(page.url()).origin)).ok()).toBe(true);
  await page.reload();
  await expect(page.getByLabel("Your name")).toHaveValue("Mallory");
  await page.getByLabel("Your name").fill(name);
  await page.getByRole("button", { name: "Save name" }).click();
  await expect(page.getByText("Saved.")).toBeVisible();
});
