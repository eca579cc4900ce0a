import { join } from "node:path";
import type { BrowserContext, Page } from "@playwright/test";
import { build } from "esbuild";
import { scriptSnippet } from "@/lib/format/snippet";
import { openSite, type Site } from "@/tests/support/site";
import { becomeOperator, lanes, sendFromServer, timeline, userPath } from "./dashboard";
import { expect, type Project, test as withProject } from "./fixtures";
import { browse, logIn } from "./walk";

const root = join(import.meta.dirname, "../..");
/** Two machines behind one address: only the browser tells their cookieless visits apart. */
const FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0";
const SAFARI =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1";

type Browsers = {
  /** A site with our SDK, as the app shows its snippet. */
  ours: Site;
  /** A site of the same project with @openpanel/web from npm, unchanged. */
  openPanel: Site;
  /** A separate browser with this user agent. */
  open: (userAgent: string) => Promise<{ context: BrowserContext; page: Page }>;
};

const test = withProject.extend<Browsers>({
  ours: async ({ project, site }, use) => {
    site.head = scriptSnippet({ clientId: project.write.clientId, origin: project.origin });
    await use(site);
  },
  openPanel: async ({ project }, use) => {
    const site = await openSite("localhost");
    const { outputFiles } = await build({
      stdin: {
        contents: `import { OpenPanel } from "@openpanel/web";
          window.op = new OpenPanel({ clientId: "${project.write.clientId}", apiUrl: "${project.origin}/api",
            trackScreenViews: true, trackAttributes: true });`,
        resolveDir: root,
      },
      bundle: true,
      format: "iife",
      write: false,
      logLevel: "error",
    });
    site.bundle = outputFiles[0]?.text ?? "";
    site.head = `<script src="/bundle.js"></script>`;
    await use(site);
    await site.close();
  },
  open: async ({ browser }, use) => {
    const opened: BrowserContext[] = [];
    await use(async (userAgent) => {
      const context = await browser.newContext({ userAgent });
      opened.push(context);
      return { context, page: await context.newPage() };
    });
    for (const context of opened) await context.close();
  },
});

const BROWSED = ["Shop", "Hero clicked", "Pricing", "Plan chosen", "Log in"];
const ADA = "u:user_42";
const BOB = "u:user_43";
const names = (rows: { text: string; mark: string }[], mark: string) =>
  rows.filter((row) => row.mark === mark).map((row) => row.text);
const counts = async (project: Project) =>
  Object.fromEntries((await project.profiles()).map(({ ref, events }) => [ref, events]));

test("two SDKs in two browsers and a server call: three streams, one person, one timeline", async ({
  project,
  ours,
  openPanel,
  open,
  page,
}) => {
  const laptop = await open(FIREFOX);
  await browse(laptop.page, ours);
  await logIn(laptop.page);
  await expect.poll(() => counts(project)).toEqual({ [ADA]: 8 });

  const phone = await open(SAFARI);
  await browse(phone.page, openPanel);
  await expect.poll(async () => Object.values(await counts(project)).sort()).toEqual([5, 8]);
  await logIn(phone.page);
  await expect.poll(() => counts(project)).toEqual({ [ADA]: 16 });

  await sendFromServer(project, { type: "track", payload: { name: "invoice_paid", profileId: "user_42" } });
  await expect.poll(() => counts(project)).toEqual({ [ADA]: 17 });

  await becomeOperator(page);
  const events = await timeline(page, project, ADA);
  expect(events).toHaveLength(17);
  expect(events.slice(0, 5)).toEqual(BROWSED.map((text) => ({ text, mark: "before log-in" })));
  expect(
    events
      .slice(5, 8)
      .map(({ text }) => text)
      .sort(),
  ).toEqual(["App", "Identified as user_42", "Report created"]);
  expect(events.slice(8, 13)).toEqual(BROWSED.map((text) => ({ text, mark: "before log-in" })));
  expect(events.at(-1)).toEqual({ text: "Invoice paid", mark: "" });

  const ids = await lanes(page, project, ADA);
  const devices = [...ids.keys()].filter((id) => id !== "user_42");
  expect(devices).toHaveLength(2);
  for (const device of devices) expect(ids.get(device)).toMatch(/5 anonymous events|6 anonymous events/);
  expect([...ids.values()].filter((text) => text.includes("Cookieless"))).toHaveLength(1);
  expect([...ids.values()].filter((text) => text.includes("Identified here as user_42"))).toHaveLength(2);
});

test("with a second person on a shared browser after clear(), each has their own visit from its first page", async ({
  project,
  ours,
  open,
  page,
}) => {
  const { page: shared } = await open(FIREFOX);
  await browse(shared, ours);
  await logIn(shared);
  await shared.getByRole("button", { name: "Log out" }).click();
  await shared.getByRole("heading", { name: "Shop" }).waitFor();
  await shared.getByRole("link", { name: "Pricing" }).click();
  await shared.getByRole("link", { name: "Log in" }).click();
  await logIn(shared, "bob@customer.example");
  await expect.poll(() => counts(project)).toEqual({ [ADA]: 8, [BOB]: 6 });

  await becomeOperator(page);
  const ada = await timeline(page, project, ADA);
  expect(names(ada, "before log-in")).toEqual(BROWSED);
  expect(names(ada, "").sort()).toEqual(["App", "Identified as user_42", "Report created"]);
  const bob = await timeline(page, project, BOB);
  expect(names(bob, "before log-in")).toEqual(["Shop", "Pricing", "Log in"]);
  expect(names(bob, "").sort()).toEqual(["App", "Identified as user_43", "Report created"]);
  const [adas, bobs] = [await lanes(page, project, ADA), await lanes(page, project, BOB)];
  expect([...adas.keys()].filter((id) => bobs.has(id))).toEqual([]);
});

test("without clear() the SDK still sends the first person until the second one logs in, and nobody's history moves", async ({
  project,
  ours,
  open,
  page,
}) => {
  const { page: shared, context } = await open(FIREFOX);
  await browse(shared, ours);
  await logIn(shared);
  await context.clearCookies(); // the site's own session expired; the SDK does not know
  await shared.getByRole("link", { name: "Pricing" }).click();
  await shared.getByRole("link", { name: "Log in" }).click();
  await logIn(shared, "bob@customer.example");
  await expect.poll(async () => Object.keys(await counts(project)).sort()).toEqual([ADA, BOB]);
  await expect.poll(async () => Object.values(await counts(project)).reduce((a, b) => a + b)).toBe(13);

  await becomeOperator(page);
  const ada = await timeline(page, project, ADA);
  expect(names(ada, "before log-in")).toEqual(BROWSED);
  expect(names(ada, "")).toEqual(
    expect.arrayContaining(["Identified as user_42", "Report created", "Pricing", "Log in"]),
  );
  const bob = await timeline(page, project, BOB);
  expect(names(bob, "before log-in")).toEqual([]);
  expect(names(bob, "")).toEqual(expect.arrayContaining(["Identified as user_43", "Report created"]));
  expect(names(bob, "")).not.toContain("Pricing");
});

test("with two people behind one cookieless visit, events without an id belong to nobody", async ({
  project,
  openPanel,
  open,
  page,
}) => {
  const { page: shared } = await open(SAFARI);
  await browse(shared, openPanel);
  await logIn(shared);
  await expect.poll(async () => (await counts(project))[ADA]).toBe(8);
  await shared.getByRole("button", { name: "Log out" }).click();
  await shared.getByRole("link", { name: "Log in" }).click();
  await logIn(shared, "bob@customer.example");
  await expect
    .poll(async () => Object.keys(await counts(project)).filter((ref) => ref.startsWith("a:")))
    .toHaveLength(1);

  await becomeOperator(page);
  for (const [ref, id] of [
    [ADA, "user_42"],
    [BOB, "user_43"],
  ] as const) {
    const events = await timeline(page, project, ref);
    expect(events.map(({ text }) => text)).toEqual(expect.arrayContaining([`Identified as ${id}`, "Report created"]));
    expect(events.filter(({ mark }) => mark !== "")).toEqual([]);
    expect(names(events, "")).not.toContain("Pricing");
  }
  const visitor = Object.keys(await counts(project)).find((ref) => ref.startsWith("a:")) as string;
  expect(names(await timeline(page, project, visitor), "")).toEqual(expect.arrayContaining(BROWSED));
  expect([...(await lanes(page, project, visitor)).values()][0]).toContain("Too many people were identified");
});

test("a device is detached after a preview, restored by the notice's undo, and detached again from the list", async ({
  project,
  ours,
  open,
  page,
}) => {
  const { page: laptop } = await open(FIREFOX);
  await browse(laptop, ours);
  await logIn(laptop);
  await expect.poll(() => counts(project)).toEqual({ [ADA]: 8 });
  await becomeOperator(page);
  await page.goto(userPath(project, ADA, "/identities"));

  await page.getByRole("button", { name: /^Detach device/ }).click();
  const dialog = page.getByRole("dialog", { name: "Detach this device?" });
  await expect(dialog.getByRole("listitem")).toHaveText([
    /Ada Lovelace.*8 events · 1 session/s,
    /5 events/,
    /3 events/,
  ]);
  await dialog.getByRole("button", { name: "Detach" }).click();
  await expect(dialog).toBeHidden();
  await expect.poll(async () => (await counts(project))[ADA]).toBe(3);
  expect(Object.values(await counts(project)).sort()).toEqual([3, 5]);

  await page.getByRole("button", { name: "Undo", exact: true }).first().click();
  await expect.poll(() => counts(project)).toEqual({ [ADA]: 8 });

  await page.getByRole("button", { name: /^Detach device/ }).click();
  await dialog.getByRole("button", { name: "Detach" }).click();
  await expect(page.getByText("was detached from user_42")).toBeVisible();
  await page.getByRole("button", { name: /^Undo: attach/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Attach again" }).click();
  await expect.poll(() => counts(project)).toEqual({ [ADA]: 8 });
});

test("two people are merged from the list and separated again, and erased with a receipt", async ({
  project,
  page,
}) => {
  const people = [
    ["mina", "Mina Okafor"],
    ["mina@okafor.example", "M. Okafor"],
  ] as const;
  for (const [profileId, name] of people) {
    await sendFromServer(project, { type: "identify", payload: { profileId, properties: { name } } });
    await sendFromServer(project, { type: "track", payload: { name: "report_created", profileId } });
  }
  await becomeOperator(page);
  await page.goto(`/${project.projectId}/users`);
  for (const [, name] of people) await page.getByRole("checkbox", { name: `Choose ${name}` }).check();
  await page.getByRole("region", { name: "Chosen users" }).getByRole("button", { name: "Merge" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("listitem")).toHaveText([/1 event/, /1 event/, /2 events/]);
  await dialog.getByRole("button", { name: "Merge" }).click();
  await expect.poll(() => counts(project)).toEqual({ "u:mina": 2 });

  await page.goto(userPath(project, "u:mina", "/identities"));
  await page.getByRole("button", { name: "Separate mina@okafor.example" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Separate" }).click();
  await expect.poll(() => counts(project)).toEqual({ "u:mina": 1, "u:mina@okafor.example": 1 });

  await page.goto(userPath(project, "u:mina", "/privacy"));
  await page.getByRole("button", { name: "Erase this user" }).click();
  const erase = page.getByRole("button", { name: "Erase permanently" });
  await expect(page.getByRole("list", { name: "Will be deleted" })).toContainText("1 user id");
  await expect(erase).toBeDisabled();
  await page.getByLabel(/to confirm$/).fill("Mina Okafor");
  await erase.click();
  await expect(page.getByRole("heading", { name: "Erased" })).toBeVisible();
  await expect(page.getByText("The digest matches")).toBeVisible();
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download as JSON" }).click();
  expect((await download).suggestedFilename()).toMatch(/^erasure-.*\.json$/);
  await expect.poll(() => counts(project)).toEqual({ "u:mina@okafor.example": 1 });
});
