import { expect, test } from "vitest";
import type { DialectRequest, WireMessage } from "@/lib/ingest/dialects/dialect";
import { posthog } from "@/lib/ingest/dialects/posthog";

const RECEIVED_AT = Date.UTC(2026, 10, 23, 13, 23, 12);
const KEY = "0192f0a0-0000-7000-8000-000000000001";
const request = (body: unknown, query = "", headers = {}): DialectRequest => ({
  endpoint: "capture",
  path: "/e/",
  query: new URLSearchParams(query),
  headers,
  body,
  receivedAt: RECEIVED_AT,
});
const translate = (body: unknown, isTrusted = false, query = "") =>
  posthog.translate(request(body, query), isTrusted).translations.map(({ message, warning }) => ({
    ...(message as WireMessage),
    ...(warning === undefined ? {} : { warning }),
  }));

/** As sent by posthog-js 1.449, with half of its nulls removed. */
const DEVICE = "01a20893-26aa-7be3-9b47-b4257440698d";
const SESSION = "01a20893-26dd-7664-89bd-9865b509a5bf";
const page = {
  $os: "Linux",
  $browser: "Chrome",
  $device_type: "Desktop",
  $timezone: "UTC",
  $current_url: "http://127.0.0.1:4503/?utm_source=x#h",
  $host: "127.0.0.1:4503",
  $pathname: "/",
  $raw_user_agent: "Mozilla/5.0",
  $browser_version: 141,
  $screen_height: 720,
  $viewport_width: 1280,
  $lib: "web",
  $lib_version: "1.449.2",
  $insert_id: "lhg6gjrvkyfccow4",
  $time: 1795440191.196,
  $sdk_dist_channel: "npm",
  $configured_session_timeout_ms: 1800000,
  $device_id: DEVICE,
  li_fat_id: null,
  utm_source: "x",
  utm_medium: null,
  $referrer: "$direct",
  $referring_domain: "$direct",
  token: KEY,
  $config_defaults: "unset",
  $session_id: SESSION,
  $window_id: "01a20893-26dd-7664-89bd-9866c2a64e83",
  $session_entry_url: "http://127.0.0.1:4503/?utm_source=x#h",
  $recording_status: "disabled",
  $sdk_debug_retry_queue_size: 0,
  $pageview_id: "01a20893-26c4-77f1-8d34-c0a1a0ba2055",
};
const anonymous = { ...page, distinct_id: DEVICE, $is_identified: false, $process_person_profile: false };
const known = { ...page, distinct_id: "u_1", $user_id: "u_1", $is_identified: true, $process_person_profile: true };
const uuid = "01a20893-26c4-77f1-8d34-c0a1a0ba2055";
const timestamp = "2026-11-23T13:23:11.172Z";
const batch = (...items: object[]) => ({ api_key: KEY, batch: items, sent_at: "2026-11-23T13:23:11.206Z" });

test("a page view keeps its page and its own properties, not sixty about the browser", () => {
  const sent = batch({ uuid, event: "$pageview", properties: { ...anonymous, title: "T" }, timestamp });
  const read = posthog.translate(request(sent), false);
  expect(read).toMatchObject({ sentAt: sent.sent_at, fromServer: false, isImport: false });
  expect(JSON.parse(JSON.stringify(translate(sent)))).toEqual([
    {
      id: uuid,
      anonymousId: DEVICE,
      sessionId: SESSION,
      timestamp,
      type: "track",
      payload: {
        name: "screen_view",
        groups: [],
        properties: {
          utm_source: "x",
          __path: page.$current_url,
          __title: "T",
          __referrer: "$direct",
          __userAgent: "Mozilla/5.0",
        },
      },
    },
  ]);
});

test("an identify names the previous stream, and sets its traits", () => {
  const item = {
    uuid,
    event: "$identify",
    timestamp,
    properties: { ...known, $anon_distinct_id: "01a2-before" },
    $set: { email: "a@b.c", $os: "Linux" },
    $set_once: { $initial_referrer: "$direct", utm_source: "x", utm_medium: null },
  };
  expect(translate(batch(item))).toMatchObject([
    {
      id: uuid,
      type: "identify",
      anonymousId: "01a2-before",
      payload: { profileId: "u_1", properties: { email: "a@b.c" } },
    },
    {
      id: `${uuid}/set_once`,
      type: "set_once",
      anonymousId: DEVICE,
      payload: { profileId: "u_1", properties: { utm_source: "x" } },
    },
  ]);
});

const UUID = "01a21d19-4756-709b-8fa0-790cd3bfa64c";
const OLD = "1a21d17398c113-06a0955fb5a908-11543b4c-e1000-1a21d17398d1702";
const web = ($lib_version: string) => ({ $lib: "web", $lib_version });
const node = { $lib: "posthog-node", $lib_version: "5.70.0" };

test.each([
  [
    "the browser sends $is_identified: false",
    { distinct_id: "x", $device_id: "d", $is_identified: false },
    undefined,
    "x",
  ],
  ["the browser sends $is_identified: true", { distinct_id: "d", $device_id: "d", $is_identified: true }, "d", "d"],
  ["older: the ids are the same", { distinct_id: "d", $device_id: "d" }, undefined, "d"],
  ["older: they differ", { distinct_id: "u", $device_id: "d" }, "u", "d"],
  ["1.30, after a reset", { ...web("1.30.0"), distinct_id: OLD, $device_id: "d" }, undefined, "d"],
  ["1.43 and later, after a reset", { ...web("1.116.6"), distinct_id: UUID, $device_id: "d" }, undefined, UUID],
  [
    "1.116, a user whose id is a UUID",
    { ...web("1.116.6"), distinct_id: UUID, $device_id: "d", $user_id: UUID },
    UUID,
    "d",
  ],
  ["1.116, given its user from the page", { ...web("1.116.6"), distinct_id: "u", $device_id: "d" }, "u", "d"],
  ["lite 3, before a login", { $lib: "js", $lib_version: "3.6.0", distinct_id: UUID }, undefined, UUID],
  ["lite 3, after it", { $lib: "js", $lib_version: "3.6.0", distinct_id: "u" }, "u", undefined],
  ["a server's user whose id is a UUID", { ...node, distinct_id: UUID }, UUID, undefined],
  ["a server's user, without a person", { ...node, distinct_id: "u", $process_person_profile: false }, "u", undefined],
  ["a server without a user", { ...node, distinct_id: UUID, $process_person_profile: false }, undefined, UUID],
  ["a sentinel as device", { distinct_id: "u", $device_id: "$posthog_cookieless" }, "u", undefined],
  ["a server's user", { distinct_id: "u" }, "u", undefined],
  ["a number", { distinct_id: 7 }, "7", undefined],
  ["no storage at all", { distinct_id: "$posthog_cookieless", $cookieless_mode: true }, undefined, undefined],
])("identity: %s", (_what, properties, user, stream) => {
  const [message] = translate(batch({ event: "x", properties }));
  expect([message?.payload.profileId, message?.anonymousId]).toEqual([user, stream]);
});

test("a user whose id is a UUID stays a user if the version does not report who was identified", () => {
  const lite = { $lib: "js", $lib_version: "3.6.0", distinct_id: UUID };
  const identify = (more: object) =>
    translate(batch({ uuid, event: "$identify", properties: { ...lite, $anon_distinct_id: "a", ...more } })).map(
      ({ type, anonymousId, payload }) => [type, anonymousId, payload.profileId],
    );
  expect(identify({})).toEqual([
    ["identify", "a", UUID],
    ["identify", UUID, UUID],
  ]);
  expect(identify({ $lib_version: "4.12.1" })).toEqual([["identify", "a", UUID]]);
  expect(identify({ distinct_id: "u" })).toEqual([["identify", "a", "u"]]);
  expect(identify({ $anon_distinct_id: "$posthog_cookieless", distinct_id: "u" })).toEqual([
    ["identify", undefined, "u"],
  ]);
});

test("without a person: the user's event does not change their properties", () => {
  const properties = {
    ...node,
    distinct_id: "u",
    $process_person_profile: false,
    $set: { plan: "pro" },
    $unset: ["a"],
  };
  expect(translate(batch({ event: "x", properties })).map(({ type }) => type)).toEqual(["track"]);
});

test("a company described by nobody in particular is not a person", () => {
  const $group = { $group_type: "company", $group_key: "acme", $group_set: { name: "Acme" } };
  const [message] = translate(
    batch({ event: "$groupidentify", distinct_id: "$company_acme", properties: { ...node, ...$group } }),
  );
  expect(message).toMatchObject({ type: "group", payload: { id: "acme", name: "Acme" } });
  expect([message?.anonymousId, message?.payload.profileId]).toEqual([undefined, undefined]);
});

test("requests for flags are not activity", () => {
  const flags = {
    $feature_flag: "new",
    $feature_flag_response: true,
    $feature_flag_payload: {},
    $feature_flag_id: 7,
    $search_engine: "google",
  };
  expect(translate(batch({ event: "$feature_flag_called", properties: { ...known, ...flags } }))).toMatchObject([
    { passive: true, payload: { properties: { $feature_flag: "new", $feature_flag_response: true } } },
  ]);
});

test("a changed person is set, set_once and unset, each with a derived id that a retry matches", () => {
  const properties = { ...known, $set: { plan: "pro" }, $set_once: { first: 1 }, $unset: ["old"] };
  const read = () => translate(batch({ uuid, event: "$set", properties }));
  expect(read().map(({ type, id, payload }) => [type, id, payload.properties])).toEqual([
    ["set", `${uuid}/set`, { plan: "pro" }],
    ["set_once", `${uuid}/set_once`, { first: 1 }],
    ["unset", `${uuid}/unset`, ["old"]],
  ]);
  expect(read()).toEqual(read());
});

test("companies keep their key as their id, other groups also their type", () => {
  const $groups = { company: "acme", project: 7 };
  expect(translate(batch({ event: "x", properties: { ...known, $groups } }))[0]?.payload.groups).toEqual([
    "acme",
    "project:7",
  ]);
  const described = { $group_type: "project", $group_key: "7", $group_set: { name: "Seven", seats: 5 } };
  expect(translate(batch({ event: "$groupidentify", properties: { ...known, ...described } }))).toMatchObject([
    { type: "group", payload: { id: "project:7", type: "project", name: "Seven", properties: { seats: 5 } } },
  ]);
});

test("an alias of an anonymous id is evidence; one of two user ids needs the secret", () => {
  const alias = (properties: object, isTrusted = false) =>
    translate(batch({ uuid, event: "$create_alias", properties }), isTrusted);
  expect(alias({ ...anonymous, alias: "u_1" })).toMatchObject([
    { type: "identify", passive: true, anonymousId: DEVICE, payload: { profileId: "u_1" } },
  ]);
  expect(alias({ ...known, alias: DEVICE })).toMatchObject([
    { type: "identify", anonymousId: DEVICE, payload: { profileId: "u_1" } },
  ]);
  const refused = alias({ ...known, alias: "u_2" });
  expect(refused).toMatchObject([{ type: "track", passive: true, warning: expect.stringContaining("client secret") }]);
  expect(refused[0]?.payload.profileId).toBeUndefined();
  expect(alias({ distinct_id: "u_1", alias: "u_2" }, true)).toMatchObject([
    { type: "identify", anonymousId: "u_2", payload: { profileId: "u_1" } },
    { type: "alias", id: `${uuid}/alias`, payload: { profileId: "u_1", alias: "u_2" } },
  ]);
  expect(alias({ ...known, alias: "u_1" })).toEqual([]);
});

test("a queued event carries its age at sending", () => {
  const [message] = translate(batch({ uuid, event: "x", properties: anonymous, offset: 2_500 }));
  expect(message?.timestamp).toBe(Date.parse("2026-11-23T13:23:11.206Z") - 2_500);
});

test.each([
  ["one event", { event: "x", properties: { token: KEY, distinct_id: "u" } }],
  ["a list", [{ event: "x", properties: { token: KEY, distinct_id: "u" } }]],
  ["one as a string in data", { data: JSON.stringify({ event: "x", properties: { token: KEY, distinct_id: "u" } }) }],
  [
    "a list as base64 in data",
    { data: Buffer.from(JSON.stringify([{ event: "x", api_key: KEY, distinct_id: "u" }])).toString("base64") },
  ],
])("older libraries' %s", (_what, body) => {
  expect(posthog.credentials(request(body))).toEqual({ clientId: KEY, secret: null });
  expect(translate(body, false, "?ip=0&_=1795440191196&ver=1.90")).toMatchObject([
    { type: "track", payload: { name: "x", profileId: "u" } },
  ]);
  expect(posthog.translate(request(body, "_=1795440191196"), false).sentAt).toBe(1795440191196);
});

test("the key may carry the secret, or come as a Bearer's", () => {
  expect(posthog.credentials(request({ api_key: `${KEY}:tl_write_abc`, batch: [] }))).toEqual({
    clientId: KEY,
    secret: "tl_write_abc",
  });
  expect(posthog.credentials(request({ batch: [] }, "", { authorization: `Bearer ${KEY}` }))).toEqual({
    clientId: KEY,
    secret: null,
  });
});

test("replays are dropped; an exception keeps its type and message, not its stack", () => {
  expect(translate(batch({ event: "$snapshot", properties: anonymous }))).toEqual([]);
  const $exception_list = [{ type: "Error", value: "boom", stacktrace: { frames: [{ a: { b: { c: 1 } } }] } }];
  const [message] = translate(
    batch({ event: "$exception", properties: { ...known, $exception_list, $exception_level: "error" } }),
  );
  expect(message?.payload.properties).toMatchObject({
    $exception_type: "Error",
    $exception_message: "boom",
    $exception_level: "error",
  });
  expect(message?.payload.properties).not.toHaveProperty("$exception_list");
});
