import { expect, test } from "vitest";
import type { DialectRequest, HandledRequest, WireMessage } from "@/lib/ingest/dialects/dialect";
import { mixpanel } from "@/lib/ingest/dialects/mixpanel";

const KEY = "0192f0a0-0000-7000-8000-000000000001";
const request = (endpoint: string, body: unknown, query = "", headers = {}): DialectRequest => ({
  endpoint,
  path: `/${endpoint}`,
  query: new URLSearchParams(query),
  headers,
  body,
  receivedAt: 0,
});
const translate = (endpoint: string, body: unknown, isTrusted = false) =>
  mixpanel.translate(request(endpoint, body), isTrusted).translations.map(({ message, warning }) => ({
    ...(message as WireMessage),
    ...(warning === undefined ? {} : { warning }),
  }));

/** As sent by mixpanel-browser 2.83. */
const DEVICE = "e4924e74-fe41-471b-a2a9-4601af3fee62";
const page = {
  $os: "Linux",
  $browser: "Chrome",
  $current_url: "http://127.0.0.1:4503/?utm_source=x#h",
  $browser_version: 141,
  $screen_height: 720,
  mp_lib: "web",
  $lib_version: "2.83.0",
  $insert_id: "6hhkya73d4b7psir",
  time: 1795440238.783,
  utm_source: "x",
  $device_id: DEVICE,
  $initial_referrer: "$direct",
  $initial_referring_domain: "$direct",
  token: KEY,
  mp_sent_by_lib_version: "2.83.0",
};
const anonymous = { ...page, distinct_id: `$device:${DEVICE}` };
const known = { ...page, distinct_id: "u_1", $user_id: "u_1" };

test("a page view: the device without its prefix, and only the page's own properties", () => {
  const view = { current_page_title: "T", current_domain: "127.0.0.1", current_url_path: "/", $mp_autocapture: true };
  const item = { event: "$mp_web_page_view", properties: { ...anonymous, ...view } };
  expect(JSON.parse(JSON.stringify(translate("track", [item])))).toEqual([
    {
      id: page.$insert_id,
      anonymousId: DEVICE,
      timestamp: 1795440238.783,
      type: "track",
      payload: {
        name: "screen_view",
        groups: [],
        properties: { utm_source: "x", __path: page.$current_url, __title: "T" },
      },
    },
  ]);
});

test.each([
  ["a device's prefix is removed", { $anon_distinct_id: `$device:${DEVICE}` }, DEVICE],
  ["of another user id, the device alone counts", { $anon_distinct_id: "u_0" }, DEVICE],
  ["without a device, the previous id counts", { $anon_distinct_id: "abc", $device_id: undefined }, "abc"],
])("identify: %s", (_what, more, anonymousId) => {
  expect(translate("track", [{ event: "$identify", properties: { ...known, ...more } }])).toMatchObject([
    { type: "identify", anonymousId, payload: { profileId: "u_1" } },
  ]);
});

test("aliases and merges: evidence for an anonymous id; for two user ids only with the secret", () => {
  const types = (event: string, properties: object, isTrusted = false) =>
    translate("track", [{ event, properties }], isTrusted).map(({ type }) => type);
  expect(types("$create_alias", { ...anonymous, alias: "u_1" })).toEqual(["identify"]);
  expect(types("$create_alias", { ...known, alias: "u_2" })).toEqual(["track"]);
  expect(types("$create_alias", { token: KEY, distinct_id: "u_1", alias: "u_2" }, true)).toEqual(["identify", "alias"]);
  expect(types("$merge", { $distinct_ids: ["u_1", `$device:${DEVICE}`] })).toEqual(["identify"]);
  expect(types("$merge", { $distinct_ids: ["u_1", "u_2"] }, true)).toEqual(["alias"]);
  expect(types("$merge", { $distinct_ids: "nonsense" })).toEqual([]);
});

test("a person's properties: reserved names become ours, those added by the library are left out", () => {
  const about = { $token: KEY, $distinct_id: "u_1", $device_id: DEVICE, $user_id: "u_1" };
  const items = [
    { ...about, $set: { $os: "Linux", $email: "a@b.c", $first_name: "Ada", plan: "pro", nothing: null } },
    { ...about, $set_once: { initial_utm_source: "x", initial_utm_medium: null } },
    { ...about, $add: { reports: 2, "stats.logins": "3" } },
    { ...about, $unset: ["plan", "$email"] },
    { ...about, $union: { tags: ["x"] } },
    { ...about, $append: { tags: "y", $transactions: { $amount: 0.29, sku: "s" } } },
    { ...about, $remove: { tags: "x" } },
    { ...about, $set: { $os: "Linux" } },
  ];
  expect(
    translate("engage", items).map(({ type, payload }) => [
      type,
      payload.properties ?? [payload.property, payload.value],
    ]),
  ).toEqual([
    ["set", { email: "a@b.c", firstName: "Ada", plan: "pro" }],
    ["set_once", { initial_utm_source: "x" }],
    ["increment", ["reports", 2]],
    ["increment", ["stats.logins", 3]],
    ["unset", ["plan", "email"]],
    ["union", { tags: ["x"] }],
    ["track", { sku: "s", __revenue: 29 }],
    ["union", { tags: "y" }],
    ["remove", { tags: "x" }],
  ]);
  expect(translate("engage", items)[0]).toMatchObject({ anonymousId: DEVICE, payload: { profileId: "u_1" } });
});

test("a company by its group key", () => {
  const item = {
    $token: KEY,
    $group_key: "company_id",
    $group_id: "acme",
    $set: { name: "Acme", seats: 5 },
    $unset: ["old"],
  };
  expect(translate("groups", [item])).toMatchObject([
    { type: "group", payload: { id: "acme", type: "company", name: "Acme", properties: { seats: 5, old: null } } },
  ]);
  expect(translate("groups", [{ ...item, $group_key: "team" }])[0]?.payload.id).toBe("team:acme");
  const groups = (properties: object) => translate("track", [{ event: "x", properties }])[0]?.payload.groups;
  expect(groups({ company_id: "acme", team_id: "t", plan: "pro" })).toEqual(["acme"]);
  expect(groups({ company: ["acme", "beta"] })).toEqual(["acme", "beta"]);
  expect(groups({ company: "Acme Inc.", id: "x", distinct_id: "u" })).toEqual([]);
});

test("a server's library is not a visitor; a page sends the time of the request", () => {
  const read = (properties: object, query = "") =>
    mixpanel.translate(request("track", [{ event: "x", properties }], query), false);
  expect(read({ mp_lib: "node" })).toMatchObject({ fromServer: true, sentAt: undefined });
  expect(read({ mp_lib: "android" })).toMatchObject({ fromServer: false });
  expect(read({}, "_=1795440243793&verbose=1")).toMatchObject({ fromServer: false, sentAt: 1795440243793 });
});

test("an import's secret is the user name of its authorization, and is read nowhere else", () => {
  const headers = { authorization: `Basic ${Buffer.from("s3cret:").toString("base64")}` };
  const body = [{ event: "x", properties: { token: KEY } }];
  expect(mixpanel.credentials(request("import", body, "", headers))).toEqual({ clientId: KEY, secret: "s3cret" });
  expect(mixpanel.credentials(request("track", body, "", headers))).toEqual({ clientId: KEY, secret: null });
  expect(mixpanel.credentials(request("engage", { $token: `${KEY}:s3cret` }))).toEqual({
    clientId: KEY,
    secret: "s3cret",
  });
});

test("the answer is 1, or JSON if verbose", () => {
  const nothing: HandledRequest = {
    messages: [],
    parsed: { operations: [], firstOperation: [], rejections: [], refusals: [] },
    outcomes: [],
    refused: new Map(),
    session: null,
    isBot: false,
  };
  expect(mixpanel.answer(request("track", [], "verbose=0"), nothing)).toMatchObject({ status: 200, body: "1" });
  expect(mixpanel.answer(request("track", [], "verbose=1"), nothing)).toEqual({
    status: 200,
    body: { status: 1, error: null },
  });
});
