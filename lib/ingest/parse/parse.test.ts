import { createHmac } from "node:crypto";
import { describe, expect, test, vi } from "vitest";
import type { Operation } from "@/lib/events/operation";
import { visitorOf } from "@/lib/ingest/enrich/visitor";
import { parseMessages } from "@/lib/ingest/parse/parse";
import type { Sender } from "@/lib/ingest/parse/reading";
import type { ProjectSettings } from "@/lib/projects/settings";
import { projectSettings } from "@/tests/support/project-settings";

// The location databases are found through the configuration, which requires these two variables.
vi.stubEnv("DATABASE_URL", "postgres://nobody@127.0.0.1:1/unused");
vi.stubEnv("AUTH_SECRET", "0123456789abcdef");

const RECEIVED = Date.UTC(2026, 5, 15, 12);
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";

const project = projectSettings({ domain: "shop.example", blockedIds: ["demo"] });

/** A browser without the secret, in the project, unless overridden. */
const browser = (settings: Partial<ProjectSettings> = {}): Sender => ({
  settings: { ...project, ...settings },
  trusted: false,
  receivedAt: RECEIVED,
  origin: "https://shop.example",
  visitor: visitorOf(null, CHROME),
  derive: () => "derived",
});
const server = (settings: Partial<ProjectSettings> = {}): Sender => ({
  ...browser(settings),
  trusted: true,
  origin: null,
  visitor: null,
});

const track = (payload: object = {}, outside: object = {}) => ({
  type: "track",
  ...outside,
  payload: { name: "signup", ...payload },
});
const parse = (messages: unknown[], sender = browser()) => parseMessages(messages, sender, 0);
/** Operations of the only message; a rejection fails the test. */
function operations(message: unknown, sender = browser()): Operation[] {
  const parsed = parse([message], sender);
  expect(parsed.rejections).toEqual([]);
  return parsed.operations;
}
const operation = (message: unknown, sender = browser()): Operation => operations(message, sender)[0] as Operation;
function rejection(message: unknown, sender = browser()) {
  const parsed = parse([message], sender);
  expect(parsed.operations).toEqual([]);
  return parsed.rejections[0];
}

describe("a track", () => {
  test("carries everything an operation needs", () => {
    const sent = track(
      { profileId: "u_1", groups: ["acme", "acme"], properties: { plan: "pro", n: [1, { a: null }] } },
      { id: "0192f0a0-1111-7000-8000-00000000000A", anonymousId: "dev-1", timestamp: "2026-06-15T11:59:00Z" },
    );
    expect(operation(sent)).toEqual({
      id: "0192f0a0-1111-7000-8000-00000000000a",
      ts: RECEIVED - 60_000,
      receivedAt: RECEIVED,
      kind: "event",
      name: "signup",
      user: "u_1",
      anon: "dev-1",
      streamClass: "sdk",
      sessionId: null,
      claim: true,
      active: true,
      context: { device: "desktop", browser: "Chrome 141", os: "Linux" },
      revenue: null,
      groups: ["acme"],
      properties: { plan: "pro", n: [1, { a: null }] },
      changes: [],
      alias: null,
      warnings: [],
    });
  });

  test("reserved properties become context and are not stored again", () => {
    const properties = {
      __path: "https://shop.example/pricing?utm_source=hn&ref=1#top",
      __referrer: "https://news.ycombinator.com/item?id=1",
      __title: "Pricing",
      __deviceId: "dev-2",
      __timestamp: "2026-06-15T11:00:00.000Z",
      __revenue: 4900,
      plan: "pro",
    };
    const { context, revenue, ...rest } = operation(track({ properties }));
    expect(context).toMatchObject({
      origin: "https://shop.example",
      path: "/pricing",
      title: "Pricing",
      referrer: "https://news.ycombinator.com/item",
      referrerName: "Hacker News",
      utmSource: "hn",
    });
    expect(revenue).toBe(4900);
    expect(rest).toMatchObject({ anon: "dev-2", ts: RECEIVED - 3_600_000 });
    expect(rest.properties).toEqual({ plan: "pro", __query: { ref: "1" } });
  });

  test.each([12.5, -1, "much", 2 ** 60])("revenue of %j is kept as a property, with a warning", (__revenue) => {
    const { revenue, properties, warnings } = operation(track({ properties: { __revenue } }));
    expect({ revenue, properties }).toEqual({ revenue: null, properties: { __revenue } });
    expect(warnings).toHaveLength(1);
  });

  test("an identify inside is a second operation with a stable id, and counts once", () => {
    const sent = track({ properties: { __identify: { profileId: 7, email: "a@b.co" } } }, { id: "m-1" });
    const [event, identify] = operations(sent) as [Operation, Operation];
    expect(event).toMatchObject({ kind: "event", user: "7", active: true });
    expect(identify).toMatchObject({ kind: "identify", user: "7", active: false, ts: event.ts });
    expect(identify.changes).toEqual([{ mode: "set", key: "email", value: "a@b.co" }]);
    expect(operations(sent)[1]?.id).toBe(identify.id);
    expect(identify.id).not.toBe(event.id);
  });

  test.each(["session_start", "session_end"])("the name %s is reserved for the server", (name) =>
    expect(rejection(track({ name }))).toMatchObject({ code: "bad_request", field: "payload.name" }),
  );

  test("passive and claim are honoured", () => {
    expect(operation(track({}, { passive: true, claim: false }))).toMatchObject({ active: false, claim: false });
  });
});

describe("ids of messages", () => {
  test("one that is not a UUID is always mapped to the same UUID, and to another in another project", () => {
    const first = operation(track({}, { id: "evt-1" })).id;
    expect(operation(track({}, { id: "evt-1" })).id).toBe(first);
    expect(operation(track({}, { id: "evt-2" })).id).not.toBe(first);
    const other = browser({ id: "0192f0a0-0000-7000-8000-000000000002" });
    expect(operation(track({}, { id: "evt-1" }), other).id).not.toBe(first);
  });

  test.each([undefined, null, "", "00000000-0000-0000-0000-000000000000"])(
    "without one (%j) a new UUIDv7 is made",
    (id) => {
      const [a, b] = [operation(track({}, { id })).id, operation(track({}, { id })).id];
      expect(a).toMatch(UUID);
      expect(a).not.toBe(b);
    },
  );
});

describe("identity of an operation", () => {
  test("a blocked user id is absent, with a warning, and the event stays", () => {
    expect(operation(track({ profileId: "null" }, { anonymousId: "dev-1" }))).toMatchObject({
      user: null,
      anon: "dev-1",
      warnings: ["blocked id: 'null'"],
    });
    expect(operation(track({ profileId: "Demo" })).user).toBeNull();
    expect(operation(track({ profileId: true })).user).toBeNull();
  });

  test("a browser that sends no id gets the derived stream; a server has none", () => {
    expect(operation(track())).toMatchObject({ anon: "derived", streamClass: "cookieless" });
    expect(operation(track(), server())).toMatchObject({ anon: null, context: { device: "server" } });
    expect(operation(track({}, { anonymousId: "undefined" }))).toMatchObject({ anon: "derived" });
  });

  test("a server may forward a visitor per message", () => {
    const sent = track({ properties: { __ip: "8.8.8.8", __userAgent: CHROME, a: 1 } });
    const forwarded = operation(sent, server());
    expect(forwarded).toMatchObject({ anon: "derived", context: { device: "desktop", country: "US" } });
    expect(forwarded.properties).toEqual({ a: 1 });
    expect(operation(sent).context.country).toBeUndefined();
  });

  test("in a cookieless project ids from browsers are ignored, and so are sessions", () => {
    const sent = track({}, { anonymousId: "dev-1", sessionId: "0192f0a0-2222-7000-8000-000000000000" });
    const settings = { recognition: "cookieless" } as const;
    expect(operation(sent, browser(settings))).toMatchObject({
      anon: "derived",
      streamClass: "cookieless",
      sessionId: null,
    });
    expect(operation(sent, server(settings))).toMatchObject({ anon: "dev-1", streamClass: "cookieless" });
  });

  test("a kiosk is set by message or by project, the message taking precedence", () => {
    const sent = (kiosk?: boolean) => track({}, { anonymousId: "dev-1", kiosk });
    expect(operation(sent(true)).streamClass).toBe("kiosk");
    expect(operation(sent(), browser({ kiosk: true })).streamClass).toBe("kiosk");
    expect(operation(sent(false), browser({ kiosk: true })).streamClass).toBe("sdk");
  });

  test("sessions are UUIDs; another id is mapped to one", () => {
    const sent = (sessionId: unknown) => operation(track({}, { sessionId })).sessionId;
    expect(sent("0192f0a0-2222-7000-8000-00000000000B")).toBe("0192f0a0-2222-7000-8000-00000000000b");
    expect(sent("visit-1")).toBe(sent("visit-1"));
    expect(sent("visit-1")).toMatch(/^[0-9a-f-]{36}$/);
    expect(sent({})).toBeNull();
  });
});

describe("signed identities (2.3)", () => {
  const sign = (user: string, key = "sign-me") => createHmac("sha256", key).update(user).digest("hex");
  const strict = { requireSignedIdentify: true };
  const identify = (outside: object, inside: object = {}) => ({
    type: "identify",
    ...outside,
    payload: { profileId: "u_1", plan: "pro", ...inside },
  });

  test("without a valid hash the user id is absent, with a warning", () => {
    for (const hash of [undefined, "nonsense", sign("u_2"), sign("u_1", "other key"), 7]) {
      const { user, warnings } = operation(identify({ hash }), browser(strict));
      expect(user).toBeNull();
      expect(warnings.join()).toMatch(/unsigned/);
    }
    expect(operation(track({ profileId: "u_1" }), browser(strict)).user).toBeNull();
  });

  test("with it the id counts, in the envelope or in the payload, and the hash is not a trait", () => {
    expect(operation(identify({ hash: sign("u_1") }), browser(strict)).user).toBe("u_1");
    expect(operation(track({ profileId: "u_1" }, { hash: sign("u_1") }), browser(strict)).user).toBe("u_1");
    const inside = operation(identify({}, { hash: sign("u_1").toUpperCase() }), browser(strict));
    expect(inside).toMatchObject({ user: "u_1", properties: { plan: "pro" } });
  });

  test("the customer's own server need not sign", () => {
    expect(operation(identify({}), server(strict)).user).toBe("u_1");
  });
});

describe("an identify", () => {
  const identify = (payload: object) => ({ type: "identify", payload: { profileId: "u_1", ...payload } });

  test("accepts named traits, any others, and properties, flattened to leaves", () => {
    const { changes, properties, kind, name } = operation(
      identify({
        firstName: "Ada",
        company: "Acme",
        properties: {
          company: "Old",
          address: { city: "Bern", geo: { lat: 46.9 } },
          tags: ["a", { b: 1 }],
          gone: null,
          __path: "/x",
        },
      }),
    );
    expect({ kind, name }).toEqual({ kind: "identify", name: "identify" });
    expect(Object.fromEntries(changes.map(({ key, value }) => [key, value]))).toEqual({
      firstName: "Ada",
      company: "Acme",
      "address.city": "Bern",
      "address.geo.lat": 46.9,
      tags: ["a", { b: 1 }],
      gone: null,
    });
    expect(new Set(changes.map(({ mode }) => mode))).toEqual(new Set(["set"]));
    expect(properties).toMatchObject({ company: "Acme", address: { city: "Bern" } });
  });

  test.each([
    { email: "not an address" },
    { email: 42 },
    { avatar: "javascript:alert(1)" },
    { avatar: {} },
    { firstName: ["Ada"] },
  ])("%j costs a warning, not the call", (bad) => {
    const { warnings, properties } = operation(identify({ ...bad, plan: "pro" }));
    expect(warnings).toHaveLength(1);
    expect(properties).toEqual({ ...bad, plan: "pro" });
  });

  test("counts as activity from an SDK, not from a server without a stream (docs/identity.md R10)", () => {
    expect(operation(identify({})).active).toBe(true);
    expect(operation(identify({}), server()).active).toBe(false);
    expect(operation({ ...identify({}), anonymousId: "dev-1" }, server()).active).toBe(true);
    expect(operation({ ...identify({}), passive: true }).active).toBe(false);
  });
});

describe("property operations", () => {
  const payload = (more: object) => ({ profileId: "u_1", ...more });
  test.each([
    ["set", payload({ properties: { a: { b: 1 } } }), [{ mode: "set", key: "a.b", value: 1 }]],
    ["set", payload({ property: "a", value: false }), [{ mode: "set", key: "a", value: false }]],
    ["set_once", payload({ properties: { a: 1 } }), [{ mode: "set_once", key: "a", value: 1 }]],
    [
      "unset",
      payload({ properties: ["a", "b.c"] }),
      [
        { mode: "set", key: "a", value: null },
        { mode: "set", key: "b.c", value: null },
      ],
    ],
    ["unset", payload({ property: "a" }), [{ mode: "set", key: "a", value: null }]],
    ["increment", payload({ property: "n" }), [{ mode: "increment", key: "n", value: 1 }]],
    ["increment", payload({ property: "a.n", value: 2.5 }), [{ mode: "increment", key: "a.n", value: 2.5 }]],
    ["decrement", payload({ property: "n", value: 3 }), [{ mode: "increment", key: "n", value: -3 }]],
  ])("%s %j", (type, sent, changes) => {
    const read = operation({ type, payload: sent });
    expect(read).toMatchObject({ kind: "property", name: type, user: "u_1", active: false });
    expect(read.changes).toEqual(changes);
  });
});

describe("lists", () => {
  const list = (type: string, properties: object) => ({ type, payload: { profileId: "u_1", properties } });
  test.each(["union", "remove"])("%s takes one value or a list, without duplicates", (type) => {
    expect(operation(list(type, { tags: ["a", 1, true, "a"], "a.b": "x" }))).toMatchObject({
      kind: "property",
      name: type,
      active: false,
      changes: [
        { mode: type, key: "tags", value: ["a", 1, true] },
        { mode: type, key: "a.b", value: ["x"] },
      ],
    });
  });

  test.each([
    ["an object", { tags: [{ a: 1 }] }, "bad_request"],
    ["nothing", { tags: null }, "bad_request"],
    ["too many", { tags: Array.from({ length: 101 }, (_, i) => i) }, "unprocessable"],
  ])("%s is rejected, naming the field", (_what, properties, code) => {
    expect(rejection(list("union", properties))).toMatchObject({ code, field: "payload.properties.tags" });
  });
});

describe("alias and groups", () => {
  const alias = (type: string) => ({ type, payload: { profileId: "u_1", alias: " u_2 " } });
  test.each(["alias", "unalias"])("%s joins two user ids, with the secret", (type) => {
    expect(operation(alias(type), server())).toMatchObject({
      kind: "alias",
      name: type,
      user: "u_1",
      alias: "u_2",
      anon: null,
    });
    expect(rejection(alias(type))).toMatchObject({ code: "forbidden", field: "type" });
  });

  test("an alias without two valid ids names the missing one", () => {
    const sent = { type: "alias", payload: { profileId: "u_1", alias: "null" } };
    expect(rejection(sent, server())).toMatchObject({ code: "unprocessable", field: "payload.alias" });
  });

  test("group and assign_group", () => {
    const group = { type: "group", payload: { id: "acme", type: "company", name: "Acme", properties: { seats: 5 } } };
    expect(operation(group)).toMatchObject({
      kind: "group",
      name: "group",
      active: false,
      groups: ["acme"],
      properties: { type: "company", name: "Acme", properties: { seats: 5 } },
    });
    const assign = { type: "assign_group", payload: { groupIds: ["acme", "null"], profileId: "u_1" } };
    expect(operation(assign)).toMatchObject({ kind: "group", name: "assign_group", user: "u_1", groups: ["acme"] });
  });

  test("a replay is accepted and ignored", () => {
    const parsed = parse([{ type: "replay", payload: { chunk_index: 0, payload: "x" } }]);
    expect(parsed).toEqual({ operations: [], firstOperation: [-1], rejections: [], refusals: [] });
  });
});

describe("rejected messages, and why", () => {
  test.each([
    ["no object", "track", "bad_request", undefined],
    ["a list", [], "bad_request", undefined],
    ["null", null, "bad_request", undefined],
    ["no type", { payload: {} }, "bad_request", "type"],
    ["an unknown type", { type: "explode", payload: {} }, "bad_request", "type"],
    ["a type of Object's own", { type: "constructor", payload: {} }, "bad_request", "type"],
    ["no payload", { type: "track" }, "bad_request", "payload"],
    ["a payload that is a text", { type: "track", payload: "x" }, "bad_request", "payload"],
    ["no name", { type: "track", payload: {} }, "bad_request", "payload.name"],
    ["a name that is a number", track({ name: 7 }), "bad_request", "payload.name"],
    ["an empty name", track({ name: "" }), "bad_request", "payload.name"],
    ["a blank name", track({ name: " \0 " }), "bad_request", "payload.name"],
    ["a name of 201 characters", track({ name: "x".repeat(201) }), "unprocessable", "payload.name"],
    ["properties that are a text", track({ properties: "x" }), "bad_request", "payload.properties"],
    ["properties that are a list", track({ properties: [] }), "bad_request", "payload.properties"],
    ["groups that are a text", track({ groups: "acme" }), "bad_request", "payload.groups"],
    ["an id that is an object", track({}, { id: {} }), "bad_request", "id"],
    ["a claim that is a text", track({}, { claim: "no" }), "bad_request", "claim"],
    ["an invalid date", track({}, { timestamp: "soon" }), "unprocessable", "timestamp"],
    [
      "an invalid reserved date",
      track({ properties: { __timestamp: 1e20 } }),
      "unprocessable",
      "payload.properties.__timestamp",
    ],
    ["a date before the limit", track({}, { timestamp: "2019-01-01T00:00:00Z" }), "too_old", "timestamp"],
    [
      "an increment without a property",
      { type: "increment", payload: { profileId: "u" } },
      "bad_request",
      "payload.property",
    ],
    [
      "an increment by a text",
      { type: "increment", payload: { property: "n", value: "1" } },
      "bad_request",
      "payload.value",
    ],
    [
      "an increment beyond doubles",
      { type: "increment", payload: { property: "n", value: Number.POSITIVE_INFINITY } },
      "bad_request",
      "payload.value",
    ],
    ["a set of nothing", { type: "set", payload: { profileId: "u" } }, "bad_request", "payload.properties"],
    ["an unset of nothing", { type: "unset", payload: { profileId: "u" } }, "bad_request", "payload.properties"],
    ["a group without an id", { type: "group", payload: { name: "Acme" } }, "unprocessable", "payload.id"],
    [
      "an __identify that is a text",
      track({ properties: { __identify: "u" } }),
      "bad_request",
      "payload.properties.__identify",
    ],
  ])("%s", (_what, sent, code, field) => {
    const refused = rejection(sent);
    expect(refused).toMatchObject({ index: 0, code, ...(field ? { field } : {}) });
    expect(refused?.message).toMatch(/^[A-Z].*[.:…]?$/s);
  });

  test("one bad message does not affect its neighbours", () => {
    const parsed = parse([
      track({ name: "a" }),
      track({ name: 1 }),
      { type: "replay", payload: {} },
      track({ name: "b" }),
    ]);
    expect(parsed.operations.map(({ name }) => name)).toEqual(["a", "b"]);
    expect(parsed.firstOperation).toEqual([0, -1, -1, 1]);
    expect(parsed.rejections.map(({ index }) => index)).toEqual([1]);
  });

  test("an event over 32 KiB is too large, one below is not, whatever its neighbours", () => {
    const big = (bytes: number) => track({ properties: { text: "x".repeat(bytes) } });
    const parsed = parseMessages([big(33_000), big(31_000)], browser(), 64_000);
    expect(parsed.operations).toHaveLength(1);
    expect(parsed.rejections).toMatchObject([{ index: 0, code: "too_large" }]);
  });

  test("historical data is accepted with the secret, if marked as an import", () => {
    const old = track({}, { timestamp: "2019-01-01T00:00:00Z", import: true });
    expect(operation(old, server()).ts).toBe(Date.UTC(2019, 0, 1));
    expect(rejection(old)).toMatchObject({ code: "too_old" });
    expect(operation({ ...old, import: undefined }, { ...server(), isImport: true }).ts).toBe(Date.UTC(2019, 0, 1));
  });

  test("unknown keys are dropped", () => {
    expect(operation(track({ colour: "red" }, { extra: 1 }))).not.toHaveProperty("colour");
  });
});
