import type { Browser, Page } from "@playwright/test";
import { prisma } from "@/lib/db/prisma";
import { provision } from "@/scripts/admin/commands";
import { expectAccessible } from "./accessibility";
import { logInOverHttp } from "./dashboard";
import { expect, test } from "./fixtures";

const PASSWORD = "tall paper lantern";

type Person = { email: string; memberId: string; organizationId: string; projectId: string };

/** Somebody with an organization and a project of their own. */
async function newOwner(name: string, unique: string): Promise<Person> {
  const email = `${name.toLowerCase()}-${unique}@throughline.example`;
  const { projectId } = await provision({ email, password: PASSWORD, name, project: `${name}'s shop` }, () => {});
  const member = await prisma().member.findUniqueOrThrow({ where: { email }, include: { memberships: true } });
  return { email, memberId: member.id, organizationId: member.memberships[0]?.organizationId ?? "", projectId };
}

async function openAs(browser: Browser, { email }: Person): Promise<Page> {
  const context = await browser.newContext();
  await context.addCookies(await logInOverHttp({ email, password: PASSWORD }));
  return context.newPage();
}

test("an owner moves a project to another organization: its team gets in, those who lost it get 404", async ({
  browser,
  instance: _,
}, { testId, retry }) => {
  const unique = `${testId.slice(-6)}-${retry}`;
  const [mona, nell, lena] = [
    await newOwner("Mona", unique),
    await newOwner("Nell", unique),
    await newOwner("Lena", unique),
  ];
  const join = (memberId: string, { organizationId }: Person, role: string) =>
    prisma().membership.create({ data: { memberId, organizationId, role } });
  await join(mona.memberId, nell, "owner");
  await join(lena.memberId, mona, "editor");

  const [owner, gains, loses] = [await openAs(browser, mona), await openAs(browser, nell), await openAs(browser, lena)];
  const users = `/${mona.projectId}/users`;
  const statuses = async () => Promise.all([gains, loses].map(async (one) => (await one.request.get(users)).status()));
  expect(await statuses()).toEqual([404, 200]);

  await owner.goto(`/${mona.projectId}/settings/delete`);
  await owner.getByRole("button", { name: "Mona's shop" }).click();
  await expect(owner.getByRole("menuitem", { name: "Nell's shop Nell's organization" })).toBeVisible();
  await owner.keyboard.press("Escape");
  const move = owner.getByRole("region", { name: "Move Mona's shop" });
  await expect(move.getByText("Lose access: Lena")).toBeVisible();
  await expect(move.getByText("Gain access: Nell (owner)")).toBeVisible();
  await expectAccessible(owner, "moving a project");
  const button = move.getByRole("button", { name: /^Move to / });
  await expect(button).toBeDisabled();
  await move.getByLabel("Type Mona's shop to confirm").fill("Mona's shop");
  await button.click();
  await owner.waitForURL("**/settings/team");
  await expect(owner.getByRole("listitem").filter({ hasText: nell.email })).toBeVisible();
  await expect(owner.getByText(lena.email)).toHaveCount(0);

  expect(await statuses()).toEqual([200, 404]);
  await gains.goto(`/${nell.projectId}/users`);
  await gains.getByRole("button", { name: "Nell's shop" }).click();
  await expect(gains.getByRole("menuitem", { name: "Mona's shop" })).toBeVisible();
});

test("a deleted project is gone for its team until its owner restores it from the account page", async ({
  browser,
  instance: _,
}, { testId, retry }) => {
  const mona = await newOwner("Mona", `${testId.slice(-6)}-${retry}`);
  const owner = await openAs(browser, mona);
  const users = `/${mona.projectId}/users`;
  await owner.goto(`/${mona.projectId}/settings/delete`);
  const section = owner.getByRole("region", { name: "Delete Mona's shop", exact: true });
  await section.getByLabel("Type Mona's shop to confirm").fill("Mona's shop");
  await section.getByRole("button", { name: "Delete project" }).click();

  const deleted = owner.getByRole("region", { name: "Deleted", exact: true });
  await expect(deleted.getByText("Mona's shop, project")).toBeVisible();
  await expectAccessible(owner, "a deleted project");
  const other = await openAs(browser, mona);
  expect((await other.request.get(users)).status()).toBe(404);

  await deleted.getByRole("button", { name: "Restore Mona's shop" }).click();
  await expect(owner.getByText("The project is restored and accepts events again.")).toBeVisible();
  await expect(deleted).toHaveCount(0);
  expect((await other.request.get(users)).status()).toBe(200);
});
