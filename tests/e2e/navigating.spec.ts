import type { Page } from "@playwright/test";
import { becomeOperator, sendFromServer } from "./dashboard";
import { expect, test } from "./fixtures";

/** Holds back what links and rows fetch until the returned function is called. */
async function holdPages(page: Page): Promise<() => void> {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(
    (url) => url.searchParams.has("_rsc"),
    async (route) => {
      await released;
      await route.continue();
    },
  );
  return release;
}

test("a slow page shows progress after a click on a link or row, moves nothing, and is announced", async ({
  page,
  project,
}) => {
  await sendFromServer(project, { type: "identify", payload: { profileId: "ada", firstName: "Ada" } });
  await becomeOperator(page);
  await page.goto(`/${project.projectId}/users`);
  const [bar, spoken] = [page.locator("[data-progress]"), page.getByText("Loading the page")];
  const row = page.getByRole("row").filter({ hasText: "Ada" });
  await expect(row).toBeVisible();
  const place = () => page.getByRole("main").boundingBox();
  const before = await place();

  let open = await holdPages(page);
  await row.getByRole("cell").last().click();
  await expect(bar).toBeVisible();
  expect(await place()).toEqual(before);
  await expect(spoken).toHaveCount(1);
  open();
  await expect(page.getByRole("heading", { name: "Ada", level: 1 })).toBeVisible();
  await expect(bar).toHaveCount(0);
  await expect(spoken).toHaveCount(0);

  await page.unrouteAll({ behavior: "wait" });
  await page.emulateMedia({ reducedMotion: "reduce" });
  open = await holdPages(page);
  await page.getByRole("navigation", { name: "Project" }).getByRole("link", { name: "Segments" }).click();
  await expect(bar).toBeVisible();
  // It rests at once.
  await expect(bar).toHaveCSS("animation-duration", "0.001s");
  open();
  await expect(page.getByRole("heading", { name: "Segments", level: 1 })).toBeVisible();
  await expect(bar).toHaveCount(0);
});

test("a menu item, whose menu closes on click, shows progress until its page is there", async ({ page, project }) => {
  await becomeOperator(page);
  await page.goto(`/${project.projectId}/users`);
  const bar = page.locator("[data-progress]");
  for (const [menu, item, heading] of [
    ["Project", "New project", "New project"],
    ["Account", "Your account", "Your account"],
  ] as const) {
    await page.goto(`/${project.projectId}/users`);
    await page.getByRole("button", { name: menu }).first().click();
    const open = await holdPages(page);
    await page.getByRole("menuitem", { name: item }).click();
    await expect(page.getByRole("menu")).toHaveCount(0);
    await expect(bar, item).toBeVisible();
    open();
    await expect(page.getByRole("heading", { name: heading, level: 1 })).toBeVisible();
    await expect(bar, item).toHaveCount(0);
    await page.unrouteAll({ behavior: "wait" });
  }
});
