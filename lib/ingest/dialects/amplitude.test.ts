import { expect, test } from "vitest";
import { amplitude } from "@/lib/ingest/dialects/amplitude";
import type { DialectRequest, WireMessage } from "@/lib/ingest/dialects/dialect";

const KEY = "0192f0a0-0000-7000-8000-000000000001";
const request = (events: unknown, extra = {}): DialectRequest => ({
  endpoint: "events",
  path: "/2/httpapi",
  query: new URLSearchParams(),
  headers: {},
  body: { api_key: KEY, events, ...extra },
  receivedAt: 0,
});
const translated = (...events: unknown[]) => amplitude.translate(request(events), false);
const messages = (event: object) =>
  translated({ ...ids, time: 1, insert_id: "i", ...event }).translations.map(({ message }) => message as WireMessage);

const ids = { user_id: "u_1", device_id: "d_1" };
const page = {
  utm_source: "newsletter",
  "[Amplitude] Page Domain": "shop.example",
  "[Amplitude] Page Location": "https://shop.example/pricing?utm_source=newsletter",
  "[Amplitude] Page Path": "/pricing",
  "[Amplitude] Page Title": "Pricing",
  "[Amplitude] Page URL": "https://shop.example/pricing",
  "[Amplitude] Page View ID": "v",
  "[Amplitude] Page Counter": 1,
  "[Amplitude] Previous Page Location": "",
  "[Amplitude] Previous Page Type": "direct",
};
const stored = { __path: page["[Amplitude] Page Location"], __title: "Pricing", __referrer: "" };

test.each<[string, object, object[]]>([
  [
    "an event",
    { event_type: "buy", event_properties: { n: 1 }, groups: { company: "acme", project: ["7", 8] } },
    [
      {
        type: "track",
        id: "i",
        anonymousId: "d_1",
        timestamp: 1,
        payload: { name: "buy", profileId: "u_1", groups: ["acme", "project:7", "project:8"], properties: { n: 1 } },
      },
    ],
  ],
  [
    "a view",
    { event_type: "[Amplitude] Page Viewed", event_properties: page },
    [{ type: "track", payload: { name: "screen_view", properties: stored } }],
  ],
  [
    "an event on a page",
    { event_type: "buy", event_properties: { ...page, n: 1 } },
    [{ payload: { name: "buy", properties: { ...stored, n: 1 } } }],
  ],
  [
    "an event that is not on a page keeps what looks like a campaign",
    { event_type: "buy", event_properties: { utm_source: "x" } },
    [{ payload: { properties: { utm_source: "x" } } }],
  ],
  [
    "page speed",
    { event_type: "[Amplitude] Web Vitals", event_properties: { "[Amplitude] LCP": { value: 900 } } },
    [{ type: "track", id: "i", passive: true, payload: { name: "[Amplitude] Web Vitals", profileId: "u_1" } }],
  ],
  ["the start of a visit", { event_type: "session_start", event_properties: page }, []],
  [
    "an event with traits",
    { event_type: "buy", user_properties: { plan: "pro" } },
    [
      { type: "track", id: "i" },
      { type: "set", id: "i/set", payload: { properties: { plan: "pro" } } },
    ],
  ],
  [
    "revenue",
    { event_type: "revenue_amount", event_properties: { $productId: "p1", $quantity: 2, $price: 9.99 } },
    [{ type: "track", payload: { properties: { $productId: "p1", __revenue: 1998 } } }],
  ],
  [
    "a login",
    { event_type: "$identify", user_properties: { $set: { plan: "pro" } } },
    [{ type: "identify", anonymousId: "d_1", payload: { profileId: "u_1", properties: { plan: "pro" } } }],
  ],
  [
    "traits of nobody",
    { event_type: "$identify", user_id: undefined, user_properties: { $set: { plan: "pro" } } },
    [{ type: "set", anonymousId: "d_1", payload: { properties: { plan: "pro" } } }],
  ],
  [
    "every change",
    {
      event_type: "$identify",
      user_properties: {
        $setOnce: { first: "x" },
        $unset: { old: "-" },
        $add: { logins: 2 },
        $append: { tags: "a" },
        $preInsert: { tags: "b" },
        $remove: { tags: "c" },
      },
    },
    [
      { type: "identify", id: "i", payload: { profileId: "u_1", properties: {} } },
      { type: "set_once", id: "i/set_once", payload: { profileId: "u_1", properties: { first: "x" } } },
      { type: "unset", id: "i/unset", payload: { properties: ["old"] } },
      { type: "increment", id: "i/increment logins", payload: { property: "logins", value: 2 } },
      { type: "union", id: "i/union 0", payload: { properties: { tags: "a" } } },
      { type: "union", id: "i/union 2", payload: { properties: { tags: "b" } } },
      { type: "remove", id: "i/remove", payload: { properties: { tags: "c" } } },
    ],
  ],
  [
    "a group",
    { event_type: "$identify", user_properties: { $set: { company: "acme" } }, groups: { company: "acme" } },
    [
      { type: "identify", payload: { profileId: "u_1", properties: {} } },
      { type: "assign_group", id: "i/groups", payload: { profileId: "u_1", groupIds: ["acme"] } },
    ],
  ],
  [
    "a group's properties, which nobody joins",
    {
      event_type: "$groupidentify",
      user_id: undefined,
      groups: { company: "acme" },
      group_properties: { $set: { name: "Acme", seats: 5 }, $unset: { old: "-" } },
    },
    [{ type: "group", id: "i", payload: { id: "acme", name: "Acme", properties: { seats: 5, old: null } } }],
  ],
  [
    "a browser's campaigns",
    {
      event_type: "$identify",
      user_id: undefined,
      platform: "Web",
      user_properties: {
        $setOnce: { initial_utm_source: "newsletter", initial_gclid: "EMPTY", initial_referrer: "EMPTY" },
        $unset: { utm_term: "-", fbclid: "-", msclkid: "-" },
        $set: { utm_source: "newsletter" },
      },
    },
    [],
  ],
])("Amplitude: %s", (_what, event, expected) => {
  const found = messages(event);
  expect(found).toHaveLength(expected.length);
  expect(found).toMatchObject(expected);
});

const track = (event: object) => messages({ event_type: "buy", ...event })[0]?.payload.properties as object;
const traits = (event: object) => messages({ event_type: "$identify", ...event })[0]?.payload.properties;

test("Amplitude: a group is not also a trait; a server's trait may be named like a campaign", () => {
  expect(traits({ user_properties: { $set: { company: "acme", n: 1 } }, groups: { company: "acme" } })).toEqual({
    n: 1,
  });
  expect(traits({ user_properties: { $set: { utm_source: "x" } } })).toEqual({ utm_source: "x" });
});

test("Amplitude: revenue is the amount sent, or price times quantity", () => {
  expect(track({ event_properties: { $price: 9.99 } })).toMatchObject({ __revenue: 999 });
  expect(track({ event_properties: { $price: 9.99, $quantity: 2, $revenue: 5 } })).toMatchObject({ __revenue: 500 });
  expect(track({ event_properties: { $quantity: 2 } })).not.toHaveProperty("__revenue");
});

test("Amplitude: an address is the visitor's, unless it stands for the request's own", () => {
  expect(track({ ip: "203.0.113.7", user_agent: "x" })).toMatchObject({ __ip: "203.0.113.7", __userAgent: "x" });
  expect(track({ ip: "$remote" })).toHaveProperty("__ip", undefined);
});

test("Amplitude: an event's properties contain nothing of the page", () => {
  const [message] = messages({ event_type: "buy", event_properties: { ...page, n: 1 } });
  expect(Object.keys(message?.payload.properties as object).sort()).toEqual(
    ["__ip", "__path", "__referrer", "__title", "__userAgent", "n"].sort(),
  );
});

test.each(["user_properties", "group_properties"])("Amplitude: $clearAll in %s is rejected, with the reason", (at) => {
  const event_type = at === "user_properties" ? "$identify" : "$groupidentify";
  const [only, ...more] = translated({ ...ids, event_type, [at]: { $clearAll: "-" } }).translations;
  expect(more).toEqual([]);
  expect(only?.fault?.message).toBe("$clearAll is not supported: nothing was changed.");
});

test.each([
  [undefined, true],
  ["amplitude-node-ts/1.5.73", true],
  ["amplitude-python/1.1.4", true],
  ["amplitude-ts/2.48.1", false],
  ["amplitude-javascript/1", false],
])("Amplitude: a request of %s is a server's: %s", (library, fromServer) => {
  expect(translated({ event_type: "a", library }).fromServer).toBe(fromServer);
});

test("Amplitude: the key, on servers with the secret, and the time of sending", () => {
  expect(amplitude.credentials(request([]))).toEqual({ clientId: KEY, secret: null });
  expect(amplitude.credentials(request([], { api_key: `${KEY}:s` }))).toEqual({ clientId: KEY, secret: "s" });
  expect(amplitude.translate(request([], { client_upload_time: "x" }), false).sentAt).toBe("x");
});

test("Amplitude: a refusal says what SDKs look for: give up, send less, or try again", () => {
  const failed = (status: number, field?: string) => ({ status, body: { error: { message: "Why.", field } } });
  expect(amplitude.refusal?.(failed(401)).body).toEqual({ code: 401, error: "Why.", missing_field: "api_key" });
  expect(amplitude.refusal?.(failed(422, "time")).body).toEqual({ code: 422, error: "Why.", missing_field: "time" });
  expect(amplitude.refusal?.(failed(413)).body).toEqual({ code: 413, error: "Why." });
  for (const status of [429, 503]) expect(amplitude.refusal?.(failed(status))).toEqual(failed(status));
});
