import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { FakeStorage, fillStorage, openPage } from "@/tests/support/page";
import { createClient } from "./client";
import type { Options } from "./types";

/** What real pages do: calls that cannot be sent, titles that change late, hash routers, blocked storage. */
beforeEach(() => void vi.useFakeTimers({ now: Date.UTC(2026, 0, 31, 12) }));
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  Reflect.deleteProperty(globalThis, "localStorage");
});
const settle = (ms = 2500) => vi.advanceTimersByTimeAsync(ms);

function start(options: Partial<Options> = {}, page: Parameters<typeof openPage>[0] = {}) {
  const opened = openPage(page);
  const client = createClient({ clientId: "key", ...options });
  /** In the server's order: by time, then by id. */
  const sent = () => opened.sent().sort((a, b) => (a.id < b.id ? -1 : 1));
  const views = () =>
    sent()
      .filter(({ payload }) => payload.name === "screen_view")
      .map(({ payload }) => payload.properties as Record<string, unknown>);
  return { ...opened, client, sent, views };
}

describe("a call that cannot be sent is the only one lost,", () => {
  test.each([
    ["before consent", { disabled: true }],
    ["before the user is known", { waitForProfile: true }],
    ["later", {}],
  ])("%s", async (_when, options) => {
    const { client, sent } = start(options);
    client.track("a");
    client.track("bad", { n: 10n });
    client.track("worse", {
      toJSON: () => ({}),
      get trap() {
        throw new Error("theirs");
      },
    });
    client.identify({ profileId: "A", n: 10n });
    client.track("none", null as never);
    client.track("b");
    client.set({ plan: "pro" });
    client.ready();
    await settle();
    expect(sent().map(({ type, payload }) => payload.name ?? type)).toEqual(["a", "none", "b", "set"]);
    expect(sent().at(-1)?.payload.profileId).toBe("A");
  });

  test("when a filter throws for one of the waiting calls", async () => {
    const filter: Options["filter"] = ({ payload }) => {
      if (payload.name === "bad") throw new Error("theirs");
      return true;
    };
    const { client, sent } = start({ disabled: true, filter });
    for (const name of ["a", "bad", "b"]) client.track(name);
    client.ready();
    await settle();
    expect(sent().map(({ payload }) => payload.name)).toEqual(["a", "b"]);
  });
});

test("groups are only sent with events of the user they were set for", async () => {
  const { client, sent } = start();
  client.setGroup("trial");
  client.track("anonymous");
  client.identify({ profileId: 5 });
  client.setGroup("acme");
  client.track("own");
  client.track("own by name", { profileId: "5" });
  client.track("theirs", { profileId: "u99" });
  client.track("theirs, grouped", { profileId: "u99", groups: ["globex"] });
  client.identify({ profileId: "B", claim: false });
  client.track("looking");
  client.identify({ profileId: 5 });
  client.track("back");
  client.identify({ profileId: "C" });
  client.track("next");
  await settle();
  const groups = sent()
    .filter(({ type }) => type === "track")
    .map(({ payload }) => [payload.name, payload.groups]);
  expect(groups).toEqual([
    ["anonymous", ["trial"]],
    ["own", ["trial", "acme"]],
    ["own by name", ["trial", "acme"]],
    ["theirs", []],
    ["theirs, grouped", ["globex"]],
    ["looking", []],
    ["back", ["trial", "acme"]],
    ["next", []],
  ]);
});

describe("the title of a view", () => {
  test.each([
    ["set a moment after", 150],
    ["set in the same task", 0],
  ])("is the page's own, %s pushState", async (_when, afterMs) => {
    const { document, views } = start({ trackScreenViews: true });
    await settle();
    history.pushState(null, "", "/pricing");
    setTimeout(() => {
      document.title = "Pricing";
    }, afterMs);
    await settle();
    expect(views().map((view) => view.__title)).toEqual(["Start", "Pricing"]);
  });

  test("is empty, rather than the previous page's, when an event comes first", async () => {
    const { client, document, sent, views } = start({ trackScreenViews: true });
    await settle();
    history.pushState(null, "", "/pricing");
    client.track("seen");
    document.title = "Pricing";
    await settle();
    expect(sent().map(({ payload }) => payload.name)).toEqual(["screen_view", "screen_view", "seen"]);
    expect(views().map((view) => view.__title)).toEqual(["Start", ""]);
  });

  test("a page left before its title is set counts as viewed", async () => {
    const { document, emit, views } = start({ trackScreenViews: true });
    await settle();
    history.pushState(null, "", "/pricing");
    document.hidden = true;
    emit("visibilitychange");
    await settle(0);
    expect(views().map((view) => view.__path)).toEqual([
      "https://shop.example/start?utm_source=x",
      "https://shop.example/pricing",
    ]);
  });
});

test("a hash router's routes are pages", async () => {
  const { location, emit, views } = start({ trackScreenViews: true }, { href: "https://shop.example/#/a" });
  await settle();
  for (const hash of ["#/b", "#faq", "#!/c", "#/b"]) {
    location.hash = hash;
    emit("popstate");
    await settle();
  }
  expect(views().map((view) => String(view.__path).replace("https://shop.example", ""))).toEqual([
    "/#/a",
    "/#/b",
    "/#faq",
    "/#!/c",
    "/#/b",
  ]);
});

test("a screen has a name for a path", async () => {
  const { client, views, sent } = start();
  client.screenView("Home");
  client.screenView("Home");
  client.track("tapped");
  await settle();
  expect(views().map((view) => view.__path)).toEqual(["Home"]);
  expect(sent().at(-1)?.payload.properties).toMatchObject({ __path: "Home" });
});

test("a button or form without a name sends none", async () => {
  const { emit, sent } = start({ trackClicks: true, trackForms: true });
  const button = { attributes: { id: { value: "buy" } }, innerText: "Buy" };
  emit("click", { target: { closest: (to: string) => (to.startsWith("button") ? button : null) } });
  emit("submit", { target: { attributes: { name: { value: "signup" } } } });
  await settle();
  const properties = sent().map(({ payload: { properties } }) => properties as Record<string, unknown>);
  expect(properties[0]).toMatchObject({ id: "buy", text: "Buy" });
  expect(properties[0]).not.toHaveProperty("name");
  expect(properties[1]).toMatchObject({ name: "signup" });
  expect(properties[1]).not.toHaveProperty("id");
});

describe("where nothing can be stored, the server recognises the visitor by the request:", () => {
  const full = () => {
    const storage = new FakeStorage();
    fillStorage(storage);
    return storage;
  };
  test.each([
    ["storage that is blocked", () => "blocked" as const],
    ["storage without room", full],
  ])("%s", async (_what, storage) => {
    const { client, sent } = start({}, { storage: storage() });
    client.track("a");
    client.identify({ profileId: "A" });
    client.track("b");
    client.clear();
    await settle();
    expect(sent().map(({ payload }) => payload.profileId)).toEqual([undefined, "A", "A"]);
    expect(
      sent()
        .flatMap(({ anonymousId, sessionId }) => [anonymousId ?? [], sessionId ?? []])
        .flat(),
    ).toEqual([]);
    expect([client.getDeviceId(), client.getSessionId()]).toEqual(["", ""]);
  });
});

test.each([
  [0, true],
  [30_000, false],
])("a request with %i characters outlives its page: %s", async (length, keepalive) => {
  const { client, requests } = start();
  client.track("a", { text: "x".repeat(length) });
  await settle(0);
  expect(requests[0]?.init).toMatchObject({ method: "POST", keepalive });
});

describe("a project that stores nothing on devices", () => {
  const OUT = "throughline.key.out";
  const others = (storage: FakeStorage) => Object.keys(storage).filter((key) => key !== OUT && key !== "theirs");
  const cookieless = () => Response.json({ accepted: 1, duplicates: 0, rejected: [], recognition: "cookieless" });
  /** As an older snippet left it: an id, a user, a message not sent, an opt-in, and something of the site's own. */
  function leftovers() {
    const storage = new FakeStorage();
    const { answers } = start({}, { storage });
    answers.push(new Error("offline"));
    const before = createClient({ clientId: "key" });
    before.identify("A");
    before.track("unsent");
    before.optIn();
    storage.theirs = "cart";
    expect(others(storage)).toHaveLength(3);
    vi.clearAllTimers();
    return storage;
  }

  test("an old snippet that learns of it removes all it stored but the visitor's choice, and stores nothing more", async () => {
    const storage = leftovers();
    const tab = new FakeStorage();
    vi.stubGlobal("sessionStorage", tab);
    const { client, answers, sent } = start({}, { storage });
    client.pendingRevenue(4900);
    answers.push(cookieless());
    await settle();
    expect([others(storage), Object.keys(tab), storage[OUT], storage.theirs]).toEqual([[], [], "false", "cart"]);
    client.track("later");
    client.identify("B");
    client.pendingRevenue(100);
    client.clear();
    expect([others(storage), Object.keys(tab)]).toEqual([[], []]);
    expect(client.getDeviceId()).toBe("");
    client.track("afterwards");
    client.flushRevenue();
    await settle();
    const names = sent().map(({ type, payload }) => payload.name ?? type);
    expect(names).toEqual(["identify", "unsent", "later", "identify", "afterwards", "revenue", "revenue"]);
    client.optOut();
    expect([others(storage), storage[OUT]]).toEqual([[], "true"]);
  });

  test("is named by the new snippet, whose script removes what an older one left before it does anything", () => {
    const storage = leftovers();
    const { client } = start({ recognition: "cookieless" }, { storage });
    expect([others(storage), client.getDeviceId()]).toEqual([[], ""]);
  });

  test("does not keep another project on the same page from recognising its visitors", async () => {
    const storage = new FakeStorage();
    start({ recognition: "cookieless" }, { storage });
    const other = createClient({ clientId: "a-smaller-key" });
    other.track("a");
    await settle();
    expect(Object.keys(storage)).toEqual(["throughline.a-smaller-key.id"]);
  });
});

test("a decision about consent is sent at once, so that optOut() cannot drop it", async () => {
  const { client, sent, alone } = start();
  client.consent({ granted: false, version: "2026-11" });
  client.optOut();
  await settle();
  expect(sent().map(({ payload }) => payload)).toMatchObject([
    { name: "consent", properties: { granted: false, version: "2026-11" } },
  ]);
  expect(alone()).toHaveLength(1);
});
