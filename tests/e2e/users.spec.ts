import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { expectAccessible, expectFitsPhone } from "./accessibility";
import { becomeOperator, sendFromServer } from "./dashboard";
import { test as base, expect, type Project } from "./fixtures";

type Person = {
  id: string;
  name: string;
  email: string;
  plan: string;
  seats: number;
  events: [name: string, daysAgo: number][];
};

const DAY_MS = 86_400_000;

/** Ten days of a small shop: who is on which plan, and who exported when. */
const PEOPLE: Person[] = [
  {
    id: "42",
    name: "Ada Lovelace",
    email: "ada@engine.example",
    plan: "pro",
    seats: 12,
    events: [
      ["report_exported", 0],
      ["report_opened", 0],
    ],
  },
  {
    id: "43",
    name: "Grace Hopper",
    email: "grace@navy.example",
    plan: "pro",
    seats: 3,
    events: [["report_opened", 1]],
  },
  { id: "44", name: "Alan Turing", email: "alan@park.example", plan: "free", seats: 1, events: [["report_opened", 2]] },
  {
    id: "12",
    name: "Mary Somerville",
    email: "mary@tides.example",
    plan: "pro",
    seats: 40,
    events: [["report_exported", 9]],
  },
];

/** Sends as the customer's server; waits until the list can be filtered by it. */
async function tell(project: Project, people: Person[] = PEOPLE): Promise<void> {
  const now = Date.now();
  const messages = people.flatMap(({ id, name, email, plan, seats, events }) => [
    {
      type: "identify",
      payload: {
        profileId: id,
        firstName: name.split(" ")[0],
        lastName: name.split(" ")[1],
        email,
        properties: { plan, seats },
      },
    },
    ...events.map(([event, daysAgo]) => ({
      type: "track",
      payload: {
        name: event,
        profileId: id,
        properties: { rows: 100, __timestamp: new Date(now - daysAgo * DAY_MS - 60_000).toISOString() },
      },
    })),
  ]);
  await sendFromServer(project, { batch: messages });
  const sought = encodeURIComponent("and(sessions(atLeast,0),did(report_opened,atLeast,0,ever))");
  await expect
    .poll(async () => (await project.read<{ data: unknown[] }>(`/profiles?filter=${sought}`)).data.length, {
      timeout: 60_000,
    })
    .toBe(people.length);
}

const names = (page: Page) => page.locator("tbody [data-row-link]");

/** Chooses from the list that a field of the filter builder shows. */
async function choose(page: Page, field: string, typed: string, option: string): Promise<void> {
  await page.getByRole("combobox", { name: field }).fill(typed);
  await page.getByRole("option", { name: option }).first().click();
}

const test = base.extend<{ shop: Project }>({
  shop: async ({ project, page }, use) => {
    const logged: string[] = [];
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) logged.push(`${message.text()} ${message.location().url}`);
    });
    page.on("pageerror", (error) => logged.push(String(error)));
    await tell(project);
    await becomeOperator(page);
    await use(project);
    expect(logged, "Throughline's own console").toEqual([]);
  },
});

test("support finds a customer by part of an e-mail, from any page, by keyboard alone", async ({ page, shop }) => {
  await page.goto(`/${shop.projectId}/settings`);
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Find anything" }).fill("@engi");
  await expect(page.getByRole("option", { name: "Ada Lovelace" })).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Ada Lovelace", level: 1 })).toBeVisible();

  await page.goto(`/${shop.projectId}/users`);
  await expect(names(page)).toHaveText(["Ada Lovelace", "Grace Hopper", "Alan Turing", "Mary Somerville"]);
  await expect(async () => {
    await page.keyboard.press("/"); // heard as soon as the page's script has loaded
    await expect(page.getByRole("searchbox")).toBeFocused({ timeout: 500 });
  }).toPass();
  await page.keyboard.type("tides");
  await expect(names(page)).toHaveText(["Mary Somerville"]);
  await expect(page.getByText("1 person matching “tides”")).toBeVisible();
  await page.getByRole("searchbox").fill("12"); // Mary's id; Ada, seen later, has 12 seats
  await expect(names(page)).toHaveText(["Mary Somerville", "Ada Lovelace"]);
  await page.getByRole("searchbox").fill("garce hoper");
  await expect(page.getByRole("region", { name: /Did you mean/ }).getByRole("link")).toHaveText(["Grace Hopper"]);
  await page.keyboard.press("Escape");
  await expect(names(page)).toHaveCount(4);
  await page.getByRole("searchbox").blur();
  for (const key of ["j", "j", "k", "j", "Enter"]) await page.keyboard.press(key);
  await expect(page.getByRole("heading", { name: "Grace Hopper", level: 1 })).toBeVisible();
});

test("product filters the list by plan and behaviour, saves it as a segment, opens it and exports it", async ({
  page,
  shop,
}) => {
  await page.goto(`/${shop.projectId}/users`);
  await page.getByRole("button", { name: "Filter" }).click();
  await choose(page, "Field of the condition", "plan", "plan");
  await choose(page, "Value of plan", "pr", "pro");
  await page.getByRole("button", { name: "Condition", exact: true }).click();
  await choose(page, "Field of the condition", "exported", "report_exported");
  await page.getByLabel("Operator for report_exported").selectOption("did not do");
  await page.getByLabel("Days to look back").fill("7");
  await page.getByRole("button", { name: "Done" }).click();
  await expect(names(page)).toHaveText(["Grace Hopper", "Mary Somerville"]);
  await expect(page.getByText("2 people")).toBeVisible();
  await expect(page.getByText(/people on plan pro who did not .*report_exported.* in the last 7 days/)).toBeVisible();

  await page.reload(); // all of it is in the URL
  await expect(names(page)).toHaveText(["Grace Hopper", "Mary Somerville"]);
  await page.getByRole("button", { name: "Save as segment" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Stopped exporting");
  await page.getByRole("button", { name: "Save segment" }).click();
  await expect(page.getByRole("heading", { name: "Stopped exporting", level: 1 })).toBeVisible();
  await expect(names(page)).toHaveText(["Grace Hopper", "Mary Somerville"]);

  await page.goto(`/${shop.projectId}/segments`);
  await expect(page.getByRole("row", { name: /Stopped exporting/ })).toContainText("2");
  await page.getByRole("link", { name: "Stopped exporting" }).click();
  await page.getByRole("button", { name: "Export CSV" }).click();
  await page.getByRole("button", { name: "Add seats" }).click();
  await page.getByRole("button", { name: "Remove Last seen" }).click();
  await page.getByRole("button", { name: "Move seats up" }).click();
  const downloading = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download these people" }).click();
  const file = readFileSync(await (await downloading).path(), "utf8");
  const lines = file
    .replace(/^\uFEFF/, "")
    .trim()
    .split(/\r?\n/);
  expect(lines[0]).toBe("ref,name,email,firstSeen,sessions,events,country,device,seats,source");
  await expect(page.getByRole("dialog", { name: "Export" })).toBeHidden();
  expect(
    lines
      .slice(1)
      .map((line) => line.split(",").slice(0, 3).join(","))
      .sort(),
  ).toEqual(["u:12,Mary Somerville,mary@tides.example", "u:43,Grace Hopper,grace@navy.example"]);
});

test("a member picks a property column, pins and sorts by it, and finds it on another machine", async ({
  page,
  browser,
  shop,
}) => {
  await page.goto(`/${shop.projectId}/users`);
  const heads = (of: Page) => of.getByRole("columnheader").allInnerTexts();
  await page.getByRole("button", { name: "Columns", exact: true }).click();
  await page.getByRole("textbox", { name: "Find a column" }).fill("seat");
  await page.getByRole("button", { name: "Show seats" }).click();
  await page.getByRole("textbox", { name: "Find a column" }).fill("");
  await page.getByRole("button", { name: "Hide First seen" }).click();
  await page.getByRole("button", { name: "Pin seats" }).click();
  await page.keyboard.press("Escape");
  const expected = ["Person", "seats", "Last seen", "Sessions", "Events", "Country", "Device", "Source"];
  expect(await heads(page)).toEqual(expected);
  await page.getByRole("link", { name: "seats" }).click();
  await expect(names(page)).toHaveText(["Alan Turing", "Grace Hopper", "Ada Lovelace", "Mary Somerville"]);
  await expect(page.getByRole("columnheader", { name: "seats" })).toHaveAttribute("aria-sort", "ascending");
  await page.getByRole("link", { name: "seats" }).click();
  await expect(names(page).first()).toHaveText("Mary Somerville");

  const handle = page.getByRole("separator", { name: "Width of seats" });
  const before = Number(await handle.getAttribute("aria-valuenow"));
  await handle.press("ArrowRight");
  await expect(handle).toHaveAttribute("aria-valuenow", String(before + 16));
  // By mouse, wider and narrower; the heads, which can be dragged too, keep their places.
  for (const [by, width] of [
    [40, before + 56],
    [-24, before + 32],
  ] as const) {
    await handle.hover(); // once it rests where the last change put it
    const edge = (await handle.boundingBox()) as { x: number; y: number };
    await page.mouse.move(edge.x + 3, edge.y + 10);
    await page.mouse.down();
    await page.mouse.move(edge.x + 3 + by, edge.y + 10, { steps: 4 });
    await page.mouse.up();
    await expect(handle).toHaveAttribute("aria-valuenow", String(width));
    expect(await heads(page)).toEqual(expected);
  }

  const elsewhere = await browser.newContext();
  const other = await elsewhere.newPage();
  await becomeOperator(other);
  // Widths are saved shortly after the last change.
  await expect
    .poll(async () => {
      await other.goto(`/${shop.projectId}/users`);
      return other.getByRole("separator", { name: "Width of seats" }).getAttribute("aria-valuenow");
    })
    .toBe(String(before + 32));
  expect(await heads(other)).toEqual(expected);
  await elsewhere.close();
});

test("a list of customers is imported from a CSV file, which reports unknown ones", async ({ page, shop }) => {
  await page.goto(`/${shop.projectId}/segments/new?from=list`);
  await page.getByLabel("Name", { exact: true }).fill("Beta testers");
  const csv = "name,email\nAda,ada@engine.example\nNobody,nobody@nowhere.example\nAlan,ALAN@park.example\n";
  await page.getByLabel("CSV file").setInputFiles({ name: "beta.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
  await page.getByRole("button", { name: "Import" }).click();
  await expect(page.getByRole("status").filter({ hasText: "2 users added. 1 line matches nobody here" })).toBeVisible();
  await page.getByText("Lines without a match").click();
  await expect(page.getByText("nobody@nowhere.example")).toBeVisible();
  await page.getByRole("link", { name: "Open the list" }).click();
  await expect(names(page)).toHaveText(["Ada Lovelace", "Alan Turing"]);

  await page.getByRole("link", { name: "Edit" }).click();
  await page.getByLabel("Name", { exact: true }).fill("First testers");
  await page.getByRole("button", { name: "Save segment" }).click();
  await expect(page.getByRole("heading", { name: "First testers", level: 1 })).toBeVisible();
  await page.getByRole("button", { name: "Delete the segment" }).click();
  await page.getByRole("button", { name: "Delete segment", exact: true }).click();
  await expect(page.getByRole("heading", { name: "No segments yet" })).toBeVisible();
});

test("a back-office link leads through the log-in to the customer", async ({ page, project }) => {
  await tell(project);
  await page.goto("/u?email=Grace@navy.example");
  await expect(page).toHaveURL(/\/login\?next=/);
  await page.getByLabel("E-mail").fill("operator@throughline.example");
  await page.getByLabel("Password").fill("correct horse battery staple");
  await page.getByRole("button", { name: "Log in" }).click();
  // She may exist in other tests' projects too: then a choice is offered. The URL of the link is shown before either.
  const here = page.getByRole("link", { name: /Grace Hopper/ }).and(page.locator(`[href^="/${project.projectId}/"]`));
  const heading = page.getByRole("heading", { name: "Grace Hopper", level: 1 });
  await expect(here.or(heading).first()).toBeVisible();
  if (await here.isVisible()) await here.click();
  await expect(heading).toBeVisible();

  await page.goto(`/u?id=12&project=${project.projectId}`);
  await expect(page.getByRole("heading", { name: "Mary Somerville", level: 1 })).toBeVisible();
  await page.goto("/u?id=nobody-has-this");
  await expect(page.getByRole("heading", { name: "No user matches “nobody-has-this”" })).toBeVisible();
  await expectAccessible(page, "nobody found");
});

test("axe finds nothing serious on the list and the segments, in light and dark, wide and narrow", async ({
  page,
  shop,
}) => {
  test.slow();
  const paths = ["users", "users?tab=power", "users?tab=quiet", "users?search=nobody-at-all"];
  for (const path of [...paths, "segments", "segments/new", "segments/new?from=list", "settings/events"]) {
    await page.goto(`/${shop.projectId}/${path}`);
    await expectAccessible(page, path);
    if (path === "users") await expectFitsPhone(page, path);
  }
});

test("axe finds nothing serious on overlays of the list, and on a segment, in light and dark", async ({
  page,
  shop,
}) => {
  test.slow();
  const at = (path: string) => page.goto(`/${shop.projectId}/${path}`);
  await at("users?filter=and(prop(plan,text,oneOf,pro),or(did(report_opened,atMost,2,last(30)),lastSeen(inLast,3)))");
  await page.getByRole("button", { name: /Filter/ }).click();
  await expect(page.getByRole("dialog", { name: "Filter" })).toBeVisible();
  await page.getByRole("button", { name: "Condition", exact: true }).first().click();
  await expectAccessible(page, "filter builder");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Columns", exact: true }).click();
  await expect(page.getByRole("dialog", { name: "Columns" })).toBeVisible();
  await expectAccessible(page, "columns");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Export CSV" }).click();
  await expect(page.getByRole("dialog", { name: "Export" })).toBeVisible();
  await expectAccessible(page, "export");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Find anything" }).fill("a");
  await expect(page.getByRole("option").first()).toBeVisible();
  await expectAccessible(page, "palette");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Save as segment" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Pro");
  await expectAccessible(page, "save as segment");
  await page.getByRole("button", { name: "Save segment" }).click();
  await page.waitForURL(/segments\/[0-9a-f-]{36}/);
  await expectAccessible(page, "a segment");
  await page.getByRole("link", { name: "Edit" }).click();
  await page.waitForURL(/edit/);
  await expectAccessible(page, "edit a segment");
});
