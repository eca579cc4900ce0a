import { expect, test } from "vitest";
import { readerZone } from "@/lib/http/zone";
import { browser } from "../support/browser";

const OVER_HTTPS = new Headers({ "x-forwarded-proto": "https" });

test.each<[string, Record<string, string>, Headers, string]>([
  ["none is UTC", {}, new Headers(), "UTC"],
  ["over http the plain one counts", { "throughline-zone": "Europe/Berlin" }, new Headers(), "Europe/Berlin"],
  ["over https the host's own counts", { "__Host-throughline-zone": "Europe/Berlin" }, OVER_HTTPS, "Europe/Berlin"],
  ["over https a subdomain cannot set it", { "throughline-zone": "Europe/Berlin" }, OVER_HTTPS, "UTC"],
  [
    "behind a proxy that does not say it is https, the host's own counts",
    { "__Host-throughline-zone": "Europe/Berlin", "throughline-zone": "Asia/Tokyo" },
    new Headers(),
    "Europe/Berlin",
  ],
  ["an unknown zone is UTC", { "throughline-zone": "Mars/Olympus" }, new Headers(), "UTC"],
  ["what cannot be decoded is UTC", { "throughline-zone": "%" }, new Headers(), "UTC"],
])("%s", async (_, cookies, headers, zone) => {
  browser.cookies.clear();
  for (const [name, value] of Object.entries(cookies)) browser.cookies.set(name, value);
  browser.headers = headers;
  expect(await readerZone()).toBe(zone);
});
