import { expect, test } from "vitest";
import type { DialectRequest, WireMessage } from "@/lib/ingest/dialects/dialect";
import { umami } from "@/lib/ingest/dialects/umami";

const KEY = "0192f0a0-0000-7000-8000-000000000001";
const request = (endpoint: string, body: unknown, headers = {}): DialectRequest => ({
  endpoint,
  path: "/api/send",
  query: new URLSearchParams(),
  headers,
  body,
  receivedAt: 0,
});
const messages = (endpoint: string, body: unknown) =>
  umami.translate(request(endpoint, body), false).translations.map(({ message }) => message as WireMessage);

const page = {
  website: KEY,
  screen: "1280x720",
  language: "en",
  title: "T",
  hostname: "shop.example",
  url: "/p?a=1",
  referrer: "",
};

test.each([
  [
    "a view",
    { type: "event", payload: page },
    {
      type: "track",
      payload: { name: "screen_view", properties: { __path: "https://shop.example/p?a=1", __title: "T" } },
    },
  ],
  [
    "an event",
    { type: "event", payload: { ...page, name: "buy", data: { n: 1 }, tag: "b", id: "u_1" } },
    { payload: { name: "buy", profileId: "u_1", properties: { n: 1, tag: "b" } } },
  ],
  [
    "a whole URL",
    { type: "event", payload: { ...page, url: "https://other.example/x" } },
    { payload: { properties: { __path: "https://other.example/x" } } },
  ],
  ["a time", { type: "event", payload: { ...page, timestamp: 1795440238 } }, { timestamp: 1795440238 }],
  [
    "a login",
    { type: "identify", payload: { ...page, id: "u_1", data: { plan: "pro" } } },
    { type: "identify", payload: { profileId: "u_1", properties: { plan: "pro" } } },
  ],
  [
    "a server's login",
    { type: "identify", payload: { website: KEY, data: { id: "u_1", plan: "pro" } } },
    { type: "identify", payload: { profileId: "u_1", properties: { plan: "pro" } } },
  ],
  [
    "traits of nobody",
    { type: "identify", payload: { website: KEY, data: { plan: "pro" } } },
    { type: "set", payload: { properties: { plan: "pro" } } },
  ],
  [
    "page speed",
    { type: "performance", payload: { ...page, lcp: 900 } },
    { passive: true, payload: { name: "performance", properties: { lcp: 900 } } },
  ],
  ["nonsense", { type: "nonsense", payload: page }, { type: "umami nonsense" }],
])("Umami: %s", (_what, item, message) => expect(messages("send", item)).toMatchObject([message]));

test("Umami: the key is the website, on servers with the secret", () => {
  expect(umami.credentials(request("send", { payload: page }))).toEqual({ clientId: KEY, secret: null });
  expect(umami.credentials(request("batch", [{ payload: { website: `${KEY}:s` } }]))).toEqual({
    clientId: KEY,
    secret: "s",
  });
});
