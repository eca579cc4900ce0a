import { beforeAll, expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { setEventDisplay } from "@/lib/events/event-display.store";
import { refreshAllFacts } from "@/lib/jobs/facts";
import { pathOf } from "@/lib/journeys/path.queries";
import { grantScope, type Scope } from "@/lib/scope";
import { makeProject, serveIngest, type TestProject } from "../ingest/support";
import { story } from "./story";

const ingest = serveIngest();
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW = Date.now();
let shop: TestProject;
let scope: Scope<"manage">;

beforeAll(async () => {
  shop = await makeProject();
  scope = grantScope(shop.id, "system:test");
  await setEventDisplay(scope, "report_shared", { icon: null, color: null, conversion: true });
  const { visit, identify, track } = story(ingest.url(), shop);
  await visit({ device: "d1", at: NOW - 30 * DAY_MS, referrer: "https://news.ycombinator.com/item" }, [
    "/blog",
    "/pricing",
    "/pricing",
  ]);
  await visit({ device: "d1", at: NOW - 20 * DAY_MS }, ["/pricing", "plan_compared", "/signup"]);
  await identify("ada", "d1", NOW - 20 * DAY_MS + HOUR_MS / 2);
  await track("ada", "report_shared", NOW - 18 * DAY_MS);
  await track("ada", "report_shared", NOW - 2 * DAY_MS);
  await identify("old", "d2", NOW - 5 * DAY_MS);
  await visit({ device: "d3", at: NOW - 3 * DAY_MS }, ["/"]);
  await refreshAllFacts(pool(), shop.id, NOW);
}, 60_000);

test("first touch, sessions with their steps, last step, sign-up and first conversion", async () => {
  const path = await pathOf(scope, "u:ada");
  expect(path).toMatchObject({
    firstSeen: NOW - 30 * DAY_MS,
    source: "Hacker News",
    landingPage: "/blog",
    earlier: 0,
    signedUpAt: NOW - 20 * DAY_MS + HOUR_MS / 2,
    by: "identify",
    lastStep: { label: "/signup" },
    conversion: { name: "report_shared", at: NOW - 18 * DAY_MS },
  });
  expect(path?.visits.map(({ source, steps }) => [source, ...steps.map(({ label }) => label)])).toEqual([
    ["Hacker News", "/blog", "/pricing"],
    ["Direct", "/pricing", "plan_compared", "/signup"],
  ]);
});

test("people who did not sign up here have no path, and another project finds nobody", async () => {
  expect(await pathOf(scope, "u:old")).toBeNull();
  expect(await pathOf(scope, "a:d3")).toBeNull();
  const stranger = grantScope((await makeProject()).id, "system:test");
  await expect(pathOf(stranger, "u:ada")).rejects.toMatchObject({ code: "not_found" });
});
