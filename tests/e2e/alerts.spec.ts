import { Webhook } from "standardwebhooks";
import { prisma } from "@/lib/db/prisma";
import { openReceiver } from "@/tests/support/receiver";
import { expectAccessible } from "./accessibility";
import { becomeOperator, sendFromServer } from "./dashboard";
import { expect, type Project, test } from "./fixtures";

/** The alert's errand: somebody makes an alert, a customer goes quiet, and their own server is notified. */
const DAY_MS = 86_400_000;

/** Customers who were active every day until so many days ago. */
async function plant(project: Project, lastDays: Record<string, number>): Promise<void> {
  const noon = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  const batch = Object.entries(lastDays).flatMap(([profileId, last]) =>
    Array.from({ length: 40 }, (_, n) => ({
      type: "track",
      timestamp: new Date(noon - (last + n) * DAY_MS).toISOString(),
      payload: { name: "export", profileId },
    })),
  );
  await sendFromServer(project, { batch });
}

test("a customer goes quiet, and a real receiver gets one message with a valid signature", async ({
  page,
  project,
}) => {
  test.setTimeout(420_000);
  const receiver = await openReceiver();
  await becomeOperator(page);
  await page.goto(`/${project.projectId}/settings/alerts`);
  await expect(page.getByText("No alerts yet")).toBeVisible();
  await expectAccessible(page, "no alerts");
  await expect(page.locator('a[href$="/alerts/new"]')).toHaveCount(1);
  await page.getByRole("link", { name: "Create the first alert" }).click();
  await page.getByRole("link", { name: "Cancel" }).click();
  await page.getByRole("link", { name: "Create the first alert" }).click();
  await page.getByLabel("Name of the alert").fill("Customers going quiet");
  await page.getByLabel("Send by").selectOption("webhook");
  await expectAccessible(page, "new alert");
  await page.getByRole("button", { name: "Create alert" }).click();
  await expect(page.getByText("Enter where to send it.")).toBeVisible();
  await page.getByLabel("Address").fill(`${receiver.url}/hook`);
  await page.getByRole("button", { name: "Create alert" }).click();
  const secret =
    (await page
      .getByRole("dialog")
      .getByText(/^whsec_/)
      .textContent()) ?? "";
  await page.getByRole("button", { name: "I have copied it" }).click();
  await page.waitForURL(/\/settings\/alerts\/[0-9a-f-]{36}$/);
  await expect(page.getByRole("heading", { name: "Customers going quiet" })).toBeVisible();
  await expect(page.getByText(secret)).toHaveCount(0);

  await page.getByRole("button", { name: "Send a test" }).click();
  await expect.poll(() => receiver.received.length, { timeout: 60_000 }).toBe(1);
  const verify = (at: number) => {
    const { body, headers } = receiver.received[at] ?? { body: "", headers: {} };
    return new Webhook(secret).verify(body, headers as Record<string, string>);
  };
  expect(verify(0)).toMatchObject({ type: "alert.test" });

  const { projectId } = project;
  const isArmed = () => prisma().alert.count({ where: { projectId, armedAt: { not: null } } });
  await expect.poll(isArmed, { timeout: 120_000 }).toBe(1);
  await plant(project, { silent: 10, steady: 0, loyal: 0 });
  await expect.poll(() => receiver.received.length, { timeout: 240_000 }).toBe(2);
  expect(verify(1)).toMatchObject({
    type: "alert.fired",
    data: {
      causes: [{ person: { ref: "u:silent", url: `${project.origin}/${projectId}/users/u%3Asilent` } }],
      more: 0,
    },
  });
  await page.goto(`/${projectId}/users/u%3Asilent`);
  await expect(page.getByRole("heading", { name: "silent" })).toBeVisible();

  await page.goto(`/${projectId}/settings/alerts`);
  await page.getByRole("link", { name: "Customers going quiet" }).click();
  const log = page.getByRole("list", { name: "Deliveries" });
  await expect(log.getByRole("listitem")).toHaveCount(2);
  await expectAccessible(page, "alert");
  await log.getByRole("listitem").filter({ hasText: "1 cause" }).getByRole("button", { name: "Send again" }).click();
  await expect.poll(() => receiver.received.length, { timeout: 60_000 }).toBe(3);
  expect(receiver.received[2]?.headers["webhook-id"]).toBe(receiver.received[1]?.headers["webhook-id"]);
  await receiver.close();
});
