import type { Template } from "@/tests/fuzz/template";

/**
 * Requests that were not recorded: our own format (every type of message, alone and in a batch), and OpenPanel's first
 * paths.
 */

const headers = { "content-type": "application/json", "openpanel-client-id": "{key}" };
const post = (path: string, body: unknown): Template => ({
  method: "POST",
  path,
  query: {},
  encoding: "json",
  headers,
  body,
});

const outside = { id: "{id}", anonymousId: "device-1", timestamp: "{iso}", sentAt: "{iso}" };

const MESSAGES = [
  {
    ...outside,
    sessionId: "session-1",
    claim: true,
    passive: false,
    type: "track",
    payload: {
      name: "signup",
      profileId: "u_1",
      groups: ["acme"],
      properties: {
        plan: "pro",
        seats: 3,
        nested: { a: [1, { b: null }] },
        __path: "https://shop.example/p?utm_source=x&token=y",
        __referrer: "https://google.com/",
        __title: "Shop",
        __revenue: 100,
        __identify: { profileId: "u_1", email: "ada@example.com" },
      },
    },
  },
  {
    ...outside,
    type: "identify",
    payload: {
      profileId: "u_1",
      firstName: "Ada",
      email: "ada@example.com",
      avatar: "https://x.example/a.png",
      properties: { plan: "pro" },
    },
  },
  { ...outside, type: "set", payload: { profileId: "u_1", properties: { address: { city: "Oslo" } } } },
  { ...outside, type: "set_once", payload: { property: "first", value: 1 } },
  { ...outside, type: "unset", payload: { profileId: "u_1", properties: ["plan", "address.city"] } },
  { ...outside, type: "increment", payload: { profileId: "u_1", property: "logins", value: 2 } },
  { ...outside, type: "decrement", payload: { profileId: "u_1", property: "logins" } },
  { ...outside, type: "union", payload: { profileId: "u_1", properties: { tags: ["a", 1, true] } } },
  { ...outside, type: "remove", payload: { profileId: "u_1", properties: { tags: "a" } } },
  { ...outside, type: "alias", payload: { profileId: "u_1", alias: "u_2" } },
  { ...outside, type: "group", payload: { id: "acme", type: "company", name: "Acme", properties: { seats: 3 } } },
  { ...outside, type: "assign_group", payload: { groupIds: ["acme"], profileId: "u_1" } },
  { type: "replay", payload: { chunk_index: 0, payload: "x", sessionId: "s" } },
  { type: "refused", payload: { reason: "gpc" } },
];

export const OWN: readonly Template[] = [
  post("/track", { sentAt: "{iso}", batch: MESSAGES }),
  ...MESSAGES.map((message) => post("/track", message)),
  post("/event", { name: "signup", profileId: "u_1", properties: { plan: "pro" }, timestamp: "{iso}" }),
  post("/profile", { profileId: "u_1", firstName: "Ada", properties: { plan: "pro" } }),
  post("/profile/increment", { profileId: "u_1", property: "logins", value: 1 }),
  post("/profile/decrement", { profileId: "u_1", property: "logins", value: 1 }),
  { ...post("/track/device-id", undefined), method: "GET" },
  // None of Segment's libraries here has screens; their documentation shows this one.
  {
    ...post("/v1/screen", {
      writeKey: "{key}",
      type: "screen",
      name: "Home",
      category: "Shop",
      userId: "u_1",
      anonymousId: "device-1",
      messageId: "{id}",
      timestamp: "{iso}",
      properties: { plan: "pro" },
      context: { library: { name: "analytics-kotlin" }, ip: "203.0.113.7" },
    }),
    headers: { "content-type": "application/json" },
  },
];
