import { expect, test } from "vitest";
import type { DialectRequest, WireMessage } from "@/lib/ingest/dialects/dialect";
import { rybbit } from "@/lib/ingest/dialects/rybbit";

const KEY = "0192f0a0-0000-7000-8000-000000000001";
const request = (endpoint: string, body: unknown, headers = {}): DialectRequest => ({
  endpoint,
  path: `/api/${endpoint}`,
  query: new URLSearchParams(),
  headers,
  body,
  receivedAt: 0,
});
const messages = (endpoint: string, body: unknown) =>
  rybbit.translate(request(endpoint, body), false).translations.map(({ message }) => message as WireMessage);

const site = {
  site_id: KEY,
  hostname: "shop.example",
  pathname: "/p",
  querystring: "?a=1",
  page_title: "T",
  referrer: "",
  _bs: 0,
};

test.each([
  [
    "a view",
    { ...site, type: "pageview" },
    {
      type: "track",
      payload: { name: "screen_view", properties: { __path: "https://shop.example/p?a=1", __title: "T" } },
    },
  ],
  [
    "an event",
    { ...site, type: "custom_event", event_name: "buy", properties: '{"n":1}', user_id: "u_1" },
    { payload: { name: "buy", profileId: "u_1", properties: { n: 1 } } },
  ],
  [
    "properties that are no JSON",
    { ...site, type: "custom_event", event_name: "buy", properties: "{" },
    { payload: { properties: { properties: "{" } } },
  ],
  [
    "a link out",
    { ...site, type: "outbound", properties: '{"url":"https://x.example"}' },
    { payload: { name: "link_out", properties: { url: "https://x.example" } } },
  ],
  [
    "a click",
    { ...site, type: "button_click", properties: '{"text":"Buy"}' },
    { payload: { name: "button_click", properties: { text: "Buy" } } },
  ],
  [
    "page speed",
    { ...site, type: "performance", lcp: 900 },
    { passive: true, payload: { name: "performance", properties: { lcp: 900 } } },
  ],
])("Rybbit: %s", (_what, body, message) => expect(messages("track", body)).toMatchObject([message]));

test("Rybbit: a login, and its key", () => {
  const body = {
    site_id: KEY,
    user_id: "u_1",
    anonymous_id: "a",
    traits: { plan: "pro", old: null },
    is_new_identify: true,
  };
  expect(messages("identify", body)).toMatchObject([
    { type: "identify", anonymousId: "a", payload: { profileId: "u_1", properties: { plan: "pro", old: null } } },
  ]);
  expect(rybbit.credentials(request("track", body, { authorization: "Bearer s" }))).toEqual({
    clientId: KEY,
    secret: "s",
  });
  expect(rybbit.credentials(request("track", { ...body, api_key: "s" }))).toEqual({ clientId: KEY, secret: "s" });
});
