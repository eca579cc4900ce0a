import { readFileSync } from "node:fs";
import { strFromU8, unzipSync } from "fflate";
import { becomeOperator, sendFromServer } from "./dashboard";
import { expect, type Project, test } from "./fixtures";

/** For any id that ingest accepts, the person's pages, live view and export work: ids are decoded once, on arrival. */
const IDS = ["auth0%7C64f0", "a%2Fb", "100%25", "a/b", "..", "日本", "a b", "a?b#c", "a+b&c=d", "u:u:x", "é\\n"];

const send = (project: Project, id: string, name: string) =>
  sendFromServer(project, { type: "track", payload: { name, profileId: id } });

test("a person with any id is opened from the list, followed live and exported", async ({ page, project }) => {
  for (const [at, id] of IDS.entries()) await send(project, id, `Began ${at}`);
  await becomeOperator(page);
  await page.goto(`/${project.projectId}/users`);
  for (const [at, id] of IDS.entries()) {
    // Without a load: the next list is fetched as any link's page is.
    if (at > 0) await page.getByRole("navigation", { name: "Project" }).getByRole("link", { name: "Users" }).click();
    await page.waitForURL(/\/users$/);
    await page.getByRole("link", { name: id, exact: true }).first().click();
    await expect(page.getByRole("heading", { level: 1, name: id, exact: true })).toBeVisible();
    await expect(page.getByText(`Began ${at}`, { exact: true }).first()).toBeVisible();
    await send(project, id, `Went on ${at}`);
    await expect(page.getByText(`Went on ${at}`, { exact: true }).first()).toBeVisible();

    await page.getByRole("link", { name: "Privacy" }).click();
    const downloading = page.waitForEvent("download");
    await page.getByRole("link", { name: /Download|Export/ }).click();
    const files = unzipSync(readFileSync(await (await downloading).path()));
    const file = JSON.stringify(JSON.parse(strFromU8(files["data.json"] as Uint8Array)));
    expect(file, id).toContain(`Began ${at}`);
    expect(file).not.toContain(`Began ${(at + 1) % IDS.length}"`);
  }
});
