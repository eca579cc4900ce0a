import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakeStorage, fillStorage, openPage } from "@/tests/support/page";
import { createClient } from "./client";
import { Throughline } from "./index";
import type { Options } from "./types";

const NOON_MS = Date.UTC(2026, 0, 31, 12);
const MINUTE_MS = 60_000;
const settle = (ms = 2100) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => void vi.useFakeTimers({ now: NOON_MS }));
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  Reflect.deleteProperty(globalThis, "localStorage");
});

function start(options: Partial<Options> = {}, page: Parameters<typeof openPage>[0] = {}) {
  const opened = openPage(page);
  const client = createClient({ clientId: "key", ...options });
  const names = () => opened.sent().map((item) => (item.payload.name as string | undefined) ?? item.type);
  const property = (key: string) =>
    opened.sent().map((item) => (item.payload.properties as Record<string, unknown>)[key]);
  return { ...opened, client, names, property };
}

test("an event carries id, device, session and time of its capture, and where it happened", async () => {
  const { client, sent, requests } = start({ apiUrl: "https://tl.example/api" });
  client.setGlobalProperties({ theme: "dark" });
  client.track("signup", { plan: "pro" });
  await settle();
  expect(requests[0]?.url).toBe("https://tl.example/api/track");
  const [event] = sent();
  expect(event).toMatchObject({
    type: "track",
    timestamp: "2026-01-31T12:00:00.000Z",
    anonymousId: client.getDeviceId(),
    sessionId: client.getSessionId(),
    payload: {
      name: "signup",
      groups: [],
      properties: {
        plan: "pro",
        theme: "dark",
        __path: "https://shop.example/start?utm_source=x",
        __referrer: "https://search.example/",
      },
    },
  });
  expect(event).not.toHaveProperty("claim");
  expect(event?.payload).not.toHaveProperty("profileId");
});

test("identity is taken at capture, not when the batch leaves (docs/identity.md R4, P13)", async () => {
  const { client, sent } = start();
  client.track("anonymous");
  client.identify({ profileId: "A" });
  client.track("as A");
  client.clear();
  client.track("anonymous again");
  await settle();
  const [first, login, second, third] = sent();
  expect(sent().map((item) => item.payload.profileId)).toEqual([undefined, "A", "A", undefined]);
  expect(login?.anonymousId).toBe(first?.anonymousId);
  expect(second?.sessionId).toBe(first?.sessionId);
  expect(third?.anonymousId).not.toBe(first?.anonymousId);
  expect(third?.sessionId).not.toBe(first?.sessionId);
});

test("another user without clear() gets a device of their own (R3); the same one keeps it", async () => {
  const { client, sent } = start();
  client.identify({ profileId: "A", email: "a@x.example", claim: undefined });
  client.identify("A", { plan: "pro" });
  client.identify({ profileId: "B" });
  await settle();
  const [first, again, other] = sent();
  expect(again?.anonymousId).toBe(first?.anonymousId);
  expect(again?.payload).toEqual({ profileId: "A", plan: "pro" });
  expect(other?.anonymousId).not.toBe(first?.anonymousId);
});

test("the user stays known on the next page until clear()", async () => {
  const storage = new FakeStorage();
  const first = start({}, { storage });
  first.client.identify({ profileId: 5 });
  await settle();
  const second = start({}, { storage });
  second.client.track("next page");
  second.client.clear();
  await settle();
  const third = start({}, { storage });
  third.client.track("after logout");
  await settle();
  expect(second.sent()[0]?.payload.profileId).toBe("5");
  expect(second.sent()[0]?.anonymousId).toBe(first.sent()[0]?.anonymousId);
  expect(third.sent()[0]?.payload).not.toHaveProperty("profileId");
});

test("a login or logout in another tab counts at the next event", async () => {
  const storage = new FakeStorage();
  const here = start({}, { storage });
  here.client.track("before");
  await settle();
  const there = createClient({ clientId: "key" });
  there.identify({ profileId: "A" });
  here.client.track("after login");
  there.clear();
  here.client.track("after logout");
  expect(here.client.getDeviceId()).toBe(there.getDeviceId());
  await settle();
  const events = here.sent().filter((item) => item.type === "track");
  expect(events.map((item) => item.payload.profileId)).toEqual([undefined, "A", undefined]);
});

test("30 minutes of silence open a new session for the same device", async () => {
  const { client, sent } = start();
  client.track("a");
  await settle(30 * MINUTE_MS);
  client.track("b");
  await settle(30 * MINUTE_MS + 1);
  client.track("c");
  await settle();
  const [a, b, c] = sent();
  expect(b?.sessionId).toBe(a?.sessionId);
  expect(c?.sessionId).not.toBe(a?.sessionId);
  expect(c?.anonymousId).toBe(a?.anonymousId);
});

test("impersonation and somebody else's id on one event are no evidence (R6)", async () => {
  const { client, sent } = start();
  client.identify({ profileId: "A" });
  client.track("about B", { profileId: "B" });
  client.track("about A", { profileId: "A" });
  client.identify({ profileId: "B", claim: false });
  client.track("looking");
  await settle();
  expect(sent().map((item) => item.claim)).toEqual([undefined, false, undefined, false, false]);
  expect(new Set(sent().map((item) => item.anonymousId)).size).toBe(1);
  expect(sent()[3]?.payload).toEqual({ profileId: "B" });
});

test("page views: the page, history navigation, not a hash, a filter or the same URL", async () => {
  const { client, names, property, document, emit } = start({ trackScreenViews: true });
  await settle();
  history.replaceState(null, "", "/start?utm_source=x&filter=1");
  history.pushState(null, "", "/pricing");
  document.title = "Pricing";
  await settle();
  history.replaceState(null, "", "/pricing?currency=eur");
  history.pushState(null, "", "/pricing?currency=eur#faq");
  emit("popstate");
  client.screenView();
  await settle();
  history.replaceState(null, "", "/checkout");
  await settle();
  client.screenView("/checkout/done", { step: 3 });
  emit("pageshow", { persisted: true });
  emit("pageshow", { persisted: false });
  await settle();
  expect(new Set(names())).toEqual(new Set(["screen_view"]));
  expect(property("__path")).toEqual([
    "https://shop.example/start?utm_source=x",
    "https://shop.example/pricing",
    "https://shop.example/pricing?currency=eur#faq",
    "https://shop.example/checkout",
    "/checkout/done",
    "/checkout/done",
  ]);
  expect(property("__title").slice(0, 2)).toEqual(["Start", "Pricing"]);
  expect(property("__referrer").slice(0, 2)).toEqual([
    "https://search.example/",
    "https://shop.example/start?utm_source=x",
  ]);
});

test("with trackHashChanges a hash is a page", async () => {
  const { location, property, emit } = start({ trackScreenViews: true, trackHashChanges: true });
  await settle();
  location.hash = "#/inbox";
  emit("popstate");
  await settle(2500);
  expect(property("__path")[1]).toBe("https://shop.example/start?utm_source=x#/inbox");
});

test("an event right after a navigation comes after its page view", async () => {
  const { client, names } = start({ trackScreenViews: true });
  client.track("at start");
  history.pushState(null, "", "/next");
  client.track("on next");
  await settle();
  expect(names()).toEqual(["screen_view", "at start", "screen_view", "on next"]);
});

test("a prerendered page records nothing until it is shown", async () => {
  const page = openPage();
  page.document.prerendering = true;
  const client = createClient({ clientId: "key", trackScreenViews: true });
  client.track("early");
  await settle(MINUTE_MS);
  expect([page.sent(), Object.keys(page.storage), client.getDeviceId()]).toEqual([[], [], ""]);
  page.document.prerendering = false;
  page.emit("prerenderingchange");
  await settle();
  expect(page.sent().map((item) => [item.payload.name, item.timestamp])).toEqual([
    ["screen_view", "2026-01-31T12:01:00.000Z"],
    ["early", "2026-01-31T12:01:00.000Z"],
  ]);
});

test("disabled: nothing is stored or sent until ready(), then everything with the time it happened", async () => {
  const { client, sent, storage } = start({ disabled: true, trackScreenViews: true });
  client.track("a");
  client.identify({ profileId: "A" });
  await settle(MINUTE_MS);
  client.track("b");
  expect([sent(), Object.keys(storage), client.getDeviceId()]).toEqual([[], [], ""]);
  client.ready();
  await settle();
  expect(sent().map((item) => [item.payload.name ?? item.type, item.timestamp])).toEqual([
    ["screen_view", "2026-01-31T12:00:00.000Z"],
    ["a", "2026-01-31T12:00:00.000Z"],
    ["identify", "2026-01-31T12:00:00.000Z"],
    ["b", "2026-01-31T12:01:00.000Z"],
  ]);
});

test("waitForProfile: everything waits for identify, on one device", async () => {
  const { client, sent } = start({ waitForProfile: true });
  client.track("a");
  await settle();
  expect(sent()).toEqual([]);
  client.identify({ profileId: "A" });
  client.track("b");
  await settle();
  expect(sent().map((item) => [item.payload.name ?? item.type, item.payload.profileId])).toEqual([
    ["a", undefined],
    ["identify", "A"],
    ["b", "A"],
  ]);
  expect(new Set(sent().map((item) => item.anonymousId)).size).toBe(1);
});

test.each([
  ["Global Privacy Control", { globalPrivacyControl: true }],
  ["Do Not Track", { doNotTrack: "1" }],
])(
  "%s: nothing is stored, and only the objection is sent, unless the visitor agreed or the site decides",
  async (_signal, navigator) => {
    const refused = start({ trackScreenViews: true }, { navigator });
    refused.client.identify({ profileId: "A" });
    await settle();
    expect([refused.sent(), Object.keys(refused.storage)]).toEqual([[], []]);
    const reason = "doNotTrack" in navigator ? "dnt" : "gpc";
    expect(refused.alone()).toEqual([{ clientId: "key", type: "refused", payload: { reason } }]);
    refused.client.optIn();
    refused.client.track("agreed");
    await settle();
    expect(refused.names()).toEqual(["agreed"]);
    const decided = start({ respectPrivacySignals: false }, { navigator });
    decided.client.track("a");
    await settle();
    expect([decided.names(), decided.alone()]).toEqual([["a"], []]);
  },
);

test("an objection is counted once a visit, where it begins, and not while nothing may be sent", async () => {
  const navigator = { globalPrivacyControl: true };
  const inside = start({}, { navigator, referrer: "https://shop.example/before" });
  await settle();
  expect(inside.requests).toEqual([]);
  const waiting = start({ disabled: true }, { navigator });
  await settle();
  expect(waiting.requests).toEqual([]);
  waiting.client.ready();
  expect(waiting.alone()).toHaveLength(1);
});

test("revenue waits in the tab until the payment is certain, or is forgotten", async () => {
  const tab = new FakeStorage();
  vi.stubGlobal("sessionStorage", tab);
  openPage();
  const first = new Throughline({ clientId: "key" });
  first.pendingRevenue(4900, { plan: "pro" });
  first.pendingRevenue(100);
  const { sent } = openPage();
  const next = new Throughline({ clientId: "key" });
  next.flushRevenue();
  next.flushRevenue();
  next.pendingRevenue(1);
  next.clearRevenue();
  next.flushRevenue();
  await settle();
  expect(sent().map(({ payload }) => [payload.name, payload.properties])).toEqual([
    ["revenue", expect.objectContaining({ __revenue: 4900, plan: "pro" })],
    ["revenue", expect.objectContaining({ __revenue: 100 })],
  ]);
  new Throughline({ clientId: "key", recognition: "cookieless" }).pendingRevenue(5);
  expect(JSON.stringify(tab)).not.toContain("5");
});

test("optOut stops everything, forgets the visitor and is remembered; optIn starts afresh", async () => {
  const storage = new FakeStorage();
  const first = start({}, { storage });
  first.client.track("a");
  const device = first.client.getDeviceId();
  first.client.optOut();
  first.client.track("b");
  await settle();
  const next = start({ trackScreenViews: true }, { storage });
  await settle();
  expect([first.sent(), next.sent(), Object.keys(storage)]).toEqual([[], [], ["throughline.key.out"]]);
  expect([...first.alone(), ...next.alone()]).toEqual([
    { clientId: "key", type: "refused", payload: { reason: "opt_out" } },
  ]);
  next.client.optIn();
  next.client.track("c");
  await settle();
  expect(next.names()).toEqual(["c"]);
  expect(next.client.getDeviceId()).not.toBe(device);
});

test("optOut before ready() drops what was waiting", async () => {
  const { client, sent } = start({ disabled: true });
  client.track("a");
  client.optOut();
  client.ready();
  await settle();
  expect(sent()).toEqual([]);
});

test("a full device never returns an outdated identity", async () => {
  const storage = new FakeStorage();
  const { client, sent } = start({}, { storage });
  client.track("a");
  fillStorage(storage);
  client.identify({ profileId: "A" });
  client.track("b");
  await settle();
  expect(sent().at(-1)?.payload.profileId).toBe("A");
});

test("cookieless: no id leaves the page, nothing stays on the device", async () => {
  const { client, sent, storage, answers } = start({ recognition: "cookieless", trackScreenViews: true });
  answers.push(new TypeError("offline"));
  client.identify({ profileId: "A" });
  client.track("a");
  await settle();
  expect(Object.keys(storage)).toEqual([]);
  expect(sent().map((item) => [item.anonymousId, item.sessionId, item.payload.profileId])[0]).toEqual([
    undefined,
    undefined,
    "A",
  ]);
  expect(client.getDeviceId()).toBe("");
});

test("every other call becomes its message of the wire format", async () => {
  const { client, sent } = start({ kiosk: true });
  client.increment("logins");
  client.decrement({ property: "credits", value: 3, profileId: "A" });
  client.set({ plan: "pro" });
  client.setOnce({ source: "ad" });
  client.unset("trial", "coupon");
  client.revenue(4900, { currency: "EUR" });
  client.alias();
  client.group("acme", { name: "Acme", seats: 5 });
  client.setGroups(["beta", "acme"]);
  client.track("grouped", { groups: ["gamma"] });
  await settle();
  expect(sent().every((item) => item.kiosk === true)).toBe(true);
  expect(JSON.parse(JSON.stringify(sent().map(({ type, payload }) => ({ type, ...payload }))))).toMatchObject([
    { type: "increment", property: "logins" },
    { type: "decrement", property: "credits", value: 3, profileId: "A" },
    { type: "set", properties: { plan: "pro" } },
    { type: "set_once", properties: { source: "ad" } },
    { type: "unset", properties: ["trial", "coupon"] },
    { type: "track", name: "revenue", properties: { __revenue: 4900, currency: "EUR" } },
    { type: "assign_group", groupIds: ["acme"] },
    { type: "group", id: "acme", name: "Acme", properties: { seats: 5 } },
    { type: "assign_group", groupIds: ["beta", "acme"] },
    { type: "track", groups: ["acme", "beta", "gamma"] },
  ]);
});

test("clicks: links to other hosts and data-track, nothing else", async () => {
  const { names, sent, emit } = start({ trackOutgoingLinks: true, trackAttributes: true });
  const click = (found: Record<string, unknown>) => emit("click", { target: { closest: (to: string) => found[to] } });
  click({ "a[href^=http]": { host: "other.example", href: "https://other.example/x", text: "Other" } });
  click({ "a[href^=http]": { host: "shop.example", href: "https://shop.example/y", text: "Own" } });
  click({ "[data-track]": { dataset: { track: "buy", productId: "7" } } });
  emit("click", { target: null });
  await settle();
  expect(names()).toEqual(["link_out", "buy"]);
  expect(sent()[0]?.payload.properties).toMatchObject({ href: "https://other.example/x", text: "Other" });
  expect(sent()[1]?.payload.properties).toMatchObject({ productId: "7" });
});

test("filter drops a message before it gets an id", async () => {
  const { client, names } = start({ filter: ({ payload }) => payload.name !== "secret" });
  client.track("secret");
  client.track("open");
  await settle();
  expect(names()).toEqual(["open"]);
});

test("nothing throws into the page: circular values, throwing filters, broken or full storage", async () => {
  const circular: Record<string, unknown> = {};
  circular.self = circular;
  const broken = start({
    filter: () => {
      throw new Error("theirs");
    },
  });
  broken.client.track("a");
  const full = new FakeStorage();
  fillStorage(full);
  const crowded = start({}, { storage: full });
  crowded.client.track("circular", circular);
  crowded.client.identify(undefined as never);
  crowded.client.track("a");
  crowded.client.track("b");
  crowded.client.optOut();
  crowded.client.track("c");
  crowded.client.optIn();
  crowded.client.track("d");
  await settle();
  expect(crowded.names()).toEqual(["d"]);
  const storage = new FakeStorage();
  storage.setItem("throughline.key.id", "{broken");
  const tampered = start({}, { storage });
  tampered.client.track("a");
  await settle();
  expect(tampered.names()).toEqual(["a"]);
});

test("on a server every call of the module does nothing", async () => {
  const op = new Throughline({ clientId: "key" });
  op.track("a");
  op.identify({ profileId: "A" });
  expect(op.getDeviceId()).toBe("");
  expect(await op.fetchDeviceId()).toBe("");
  expect(await op).toBe(op);
});
