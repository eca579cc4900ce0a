import { expect, test } from "vitest";
import type { DialectRequest, WireMessage } from "@/lib/ingest/dialects/dialect";
import { segment } from "@/lib/ingest/dialects/segment";

const KEY = "0192f0a0-0000-7000-8000-000000000001";
const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString("base64")}` });
const request = (endpoint: string, body: unknown, headers = {}): DialectRequest => ({
  endpoint,
  path: "/v1/x",
  query: new URLSearchParams(),
  headers,
  body,
  receivedAt: 0,
});
const translate = (endpoint: string, body: unknown, isTrusted = false) =>
  segment.translate(request(endpoint, body), isTrusted).translations.map(({ message, warning }) => ({
    ...(message as WireMessage),
    ...(warning === undefined ? {} : { warning }),
  }));

/** As sent by @segment/analytics-next 1.84. */
const browser = {
  timestamp: "2026-11-23T13:23:47.900Z",
  integrations: {},
  context: {
    page: {
      path: "/",
      referrer: "https://news.example/",
      search: "?utm_source=x",
      title: "T",
      url: "http://shop.example/?utm_source=x",
    },
    userAgent: "Mozilla/5.0",
    locale: "en-US",
    library: { name: "analytics.js", version: "npm:next-1.84.3" },
    campaign: { source: "x" },
  },
  messageId: "ajs-next-1795440227900-1436b868-2a45-4e93-b164-13105903a85d",
  anonymousId: "36b8682a-45be-4331-a413-105903a85db4",
  writeKey: KEY,
  userId: null,
  sentAt: "2026-11-23T13:23:47.937Z",
};

test("a page call is a view of its page, with its other properties", () => {
  const properties = { ...browser.context.page, section: "top" };
  expect(JSON.parse(JSON.stringify(translate("page", { ...browser, type: "page", name: "Home", properties })))).toEqual(
    [
      {
        id: browser.messageId,
        anonymousId: browser.anonymousId,
        timestamp: browser.timestamp,
        sentAt: browser.sentAt,
        type: "track",
        payload: {
          name: "screen_view",
          profileId: null,
          properties: {
            section: "top",
            name: "Home",
            __path: "http://shop.example/?utm_source=x",
            __title: "T",
            __referrer: "https://news.example/",
            __userAgent: "Mozilla/5.0",
            __campaign: { source: "x" },
          },
        },
      },
    ],
  );
});

test("the path determines a call's type if the body does not", () => {
  expect(translate("track", { ...browser, event: "Plan Chosen", properties: { title: "kept" } })).toMatchObject([
    { type: "track", payload: { name: "Plan Chosen", properties: { title: "kept", __title: "T" } } },
  ]);
});

test("an identify sets traits; without a user id they are the visitor's", () => {
  const traits = { email: "a@b.c" };
  expect(translate("identify", { ...browser, userId: "u_1", traits })).toMatchObject([
    { type: "identify", anonymousId: browser.anonymousId, payload: { profileId: "u_1", properties: traits } },
  ]);
  expect(translate("identify", { ...browser, traits })).toMatchObject([
    { type: "set", payload: { properties: traits } },
  ]);
  expect(translate("identify", browser)).toEqual([]);
});

test("a group call adds its user and describes the group", () => {
  const call = { ...browser, userId: "u_1", groupId: "acme", traits: { name: "Acme", seats: 5 } };
  expect(translate("group", call)).toMatchObject([
    { id: browser.messageId, type: "assign_group", payload: { groupIds: ["acme"], profileId: "u_1" } },
    {
      id: `${browser.messageId}/group`,
      type: "group",
      payload: { id: "acme", type: "company", name: "Acme", properties: { seats: 5 } },
    },
  ]);
});

test.each([
  ["the visitor's own anonymous id", { previousId: browser.anonymousId }, false, ["identify"], false],
  ["another user id from a page", { previousId: "u_0" }, false, ["track"], true],
  ["an id from a server without the secret", { previousId: "u_0", anonymousId: undefined }, false, ["identify"], true],
  ["an id from a server with it", { previousId: "u_0", anonymousId: undefined }, true, ["identify", "alias"], false],
  ["itself", { previousId: "u_1" }, true, [], false],
])("alias of %s", (_what, call, isTrusted, types, warns) => {
  const read = translate("alias", { ...browser, userId: "u_1", ...call }, isTrusted);
  expect(read.map(({ type }) => type)).toEqual(types);
  expect(read.some(({ warning }) => warning !== undefined)).toBe(warns);
});

test("a batch has one clock; server libraries are not visitors", () => {
  const library = { name: "@segment/analytics-node", version: "3.1.0" };
  const call = { type: "track", event: "Paid", userId: "u_1", messageId: "m", context: { library, ip: "8.8.8.8" } };
  const body = {
    batch: [call, { ...call, type: "nonsense" }, null],
    writeKey: KEY,
    sentAt: "2026-11-23T13:21:46.027Z",
  };
  const read = segment.translate(request("batch", body), true);
  expect(read).toMatchObject({ sentAt: body.sentAt, fromServer: true });
  expect(read.translations.map(({ message }) => (message as WireMessage | null)?.type)).toEqual([
    "track",
    "segment nonsense",
    undefined,
  ]);
  expect(segment.translate(request("track", browser), false).fromServer).toBe(false);
});

test.each([
  ["the user name", basic(`${KEY}:`), {}, { clientId: KEY, secret: null }],
  ["user name and password", basic(`${KEY}:s3cret`), {}, { clientId: KEY, secret: "s3cret" }],
  ["a write key that contains both", basic(`${KEY}:s3cret:`), {}, { clientId: KEY, secret: "s3cret" }],
  ["the body", {}, { writeKey: KEY }, { clientId: KEY, secret: null }],
  ["nowhere", { authorization: "Basic !" }, {}, { clientId: null, secret: null }],
])("the key is %s", (_where, headers, body, credentials) => {
  expect(segment.credentials(request("track", body, headers))).toEqual(credentials);
});
