import { describe, expect, test, vi } from "vitest";
import { parseUserAgent, placeOfAddress } from "@/lib/ingest/enrich/visitor";

// The location databases are found through the configuration, which requires these two variables.
vi.stubEnv("DATABASE_URL", "postgres://nobody@127.0.0.1:1/unused");
vi.stubEnv("AUTH_SECRET", "0123456789abcdef");

const SAFARI =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1";
const CHROME =
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";
const IPAD =
  "Mozilla/5.0 (iPad; CPU OS 16_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.1 Mobile/15E148 Safari/604.1";
const IOS_26 =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1";
const IPAD_26 = IOS_26.replace("iPhone; CPU iPhone OS", "iPad; CPU OS");
const CHROME_IOS = IOS_26.replace("Version/26.0", "CriOS/141.0.7390.41");
const ANDROID_REDUCED =
  "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36";
const FACEBOOK_26 =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/23A341 [FBAN/FBIOS;FBAV/530.0.0;FBDV/iPhone17,1;FBSV/26.0.1]";
const TIZEN =
  "Mozilla/5.0 (SMART-TV; Linux; Tizen 6.0) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/3.0 Chrome/76.0.3809.146 TV Safari/537.36";
const CHROME_OS =
  "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";
const GOOGLEBOT =
  "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Googlebot/2.1; +http://www.google.com/bot.html) Chrome/141.0.0.0 Safari/537.36";

describe("the browser", () => {
  test.each([
    ["desktop", CHROME, { browser: "Chrome 141", os: "macOS", device: "desktop", bot: false }],
    ["phone", SAFARI, { browser: "Safari 17", os: "iOS 17", device: "mobile", bot: false }],
    ["tablet", IPAD, { browser: "Safari 16", os: "iOS 16", device: "tablet", bot: false }],
    ["Safari 26, which says 18_6", IOS_26, { browser: "Safari 26", os: "iOS 26", device: "mobile" }],
    ["a real Safari 18", IOS_26.replace("Version/26.0", "Version/18.6"), { os: "iOS 18" }],
    ["an iPad with Safari 26", IPAD_26, { browser: "Safari 26", os: "iOS 26", device: "tablet" }],
    ["another browser on iOS, which has no such version", CHROME_IOS, { browser: "Chrome 141", os: "iOS 18" }],
    ["an Android that hides its version", ANDROID_REDUCED, { browser: "Chrome 141", os: "Android", device: "mobile" }],
    ["one that reveals it", ANDROID_REDUCED.replace("10; K", "15; Pixel 9"), { os: "Android 15" }],
    ["iOS 26 in Facebook's app", FACEBOOK_26, { os: "iOS 26", device: "mobile" }],
    ["FreeBSD", CHROME_OS.replace("CrOS x86_64 14541.0.0", "FreeBSD amd64"), { device: "desktop" }],
    ["a television", TIZEN, { device: "other" }],
    ["ChromeOS", CHROME_OS, { browser: "Chrome 141", os: "Chrome OS", device: "desktop" }],
    ["crawler", GOOGLEBOT, { bot: true }],
    ["a crawler that is not a browser", "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", { bot: true }],
    [
      "the customer's own browser test",
      CHROME.replace("Chrome/", "HeadlessChrome/"),
      { bot: false, device: "desktop" },
    ],
    ["an HTTP library", "node", { bot: false, device: "other" }],
    ["curl", "curl/8.5.0", { bot: false, device: "other" }],
    ["an app", "okhttp/4.12.0", { bot: false, device: "other" }],
    ["nothing", "", { bot: false }],
  ])("%s", (_what, header, expected) => expect(parseUserAgent(header)).toMatchObject(expected));
});

describe("the place", () => {
  test("a public address has a country, by the CC0 database", () => {
    expect(placeOfAddress("8.8.8.8")).toEqual({ country: "US" });
    expect(placeOfAddress("2a00:1450:4001:82a::200e").country).toMatch(/^[A-Z]{2}$/);
  });
  test.each(["127.0.0.1", "10.0.0.1", "::1", "not an address", null])("%s has none", (ip) =>
    expect(placeOfAddress(ip)).toEqual({}),
  );
});
