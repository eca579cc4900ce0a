import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { contextOf, type MessagePage, PageMemo, siteName } from "@/lib/ingest/enrich/context";
import { type Visitor, visitorOf } from "@/lib/ingest/enrich/visitor";
import { privacyRulesOf } from "@/lib/ingest/privacy/rules";
import { DEFAULT_PRIVACY, type PrivacySettings } from "@/lib/projects/settings";

// The location databases are found through the configuration, which requires these two variables.
vi.stubEnv("DATABASE_URL", "postgres://nobody@127.0.0.1:1/unused");
vi.stubEnv("AUTH_SECRET", "0123456789abcdef");

const SAFARI =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1";

describe("the page", () => {
  const page = (
    path?: unknown,
    referrer?: unknown,
    domain: string | null = "shop.example",
    origin: string | null = null,
    privacy: Partial<PrivacySettings> = {},
  ) => {
    const warnings: string[] = [];
    const rules = privacyRulesOf({ ...DEFAULT_PRIVACY, ...privacy });
    return { ...contextOf({ path, referrer }, null, origin, domain, rules, warnings), warnings };
  };

  test("a URL becomes origin and path; fragment and password are removed", () => {
    expect(page("https://me:pw@shop.example:8443/a/b?x=1#frag").context).toMatchObject({
      origin: "https://shop.example:8443",
      path: "/a/b",
    });
  });

  test.each([
    ["https://shop.example/#/a", "/#/a"],
    ["https://shop.example/#/b/", "/#/b/"],
    ["https://shop.example/app?x=1#!/inbox", "/app#!/inbox"],
    ["/app#/inbox", "/app#/inbox"],
    ["https://shop.example/faq#shipping", "/faq"],
    ["https://shop.example/#access_token=1", "/"],
    ["https://shop.example/#/reset/ada@example.com", "/#/reset/[email]"],
    ["app://shop/#/home", "/#/home"],
  ])("%s is the page %s: a router's fragment is a page, others are removed", (url, path) =>
    expect(page(url).context.path).toBe(path),
  );

  test("parameters in a router's fragment belong to the page as well", () => {
    const { context, query } = page("https://shop.example/?ref=1#/a?utm_source=hn&token=s3cret");
    expect([context.path, context.utmSource, query]).toEqual(["/#/a", "hn", { ref: "1" }]);
  });

  test.each(["Home", "Checkout step 2", "Einstellungen/Über", "首页"])("the screen %s is a page of that name", (name) =>
    expect(page(name).context).toEqual({ device: "server", path: name }),
  );
  test.each(["", "  ", "?", "#", "//", "-", "undefined?x"])("%j is not a page", (name) =>
    expect(page(name).context).not.toHaveProperty("path"),
  );

  test("campaign parameters become context; of the others only those the project keeps stay, and the warning names the rest", () => {
    const { context, query, warnings } = page(
      "https://shop.example/?utm_source=hn&UTM_Medium=post&ref=7&gclid=abc&currency=eur&__proto__=x",
    );
    expect(context).toMatchObject({ utmSource: "hn", utmMedium: "post", path: "/" });
    expect(query).toEqual({ ref: "7" });
    expect(warnings).toEqual(["query parameters not kept: gclid, currency, __proto__"]);
    expect(page("https://shop.example/?utm_source=hn")).toMatchObject({ query: null, warnings: [] });
  });

  test("a project may keep all, but never those that grant access", () => {
    const keepAll = { keptParameters: ["*"] };
    const url = "https://shop.example/?currency=eur&token=s3cret&reset_code=1&code=2";
    expect(page(url, undefined, null, null, keepAll).query).toEqual({ currency: "eur", reset_code: "1" });
    const some = { keptParameters: ["Currency", "f_*"] };
    expect(page("/?currency=eur&f_size=3&x=1", undefined, null, null, some).query).toEqual({
      currency: "eur",
      f_size: "3",
    });
  });

  test("addresses and tokens are masked in page, title, referrer and query, with a warning each; or not, if the project disables it", () => {
    const url = "https://shop.example/users/ada@example.com?ref=bob@example.com&utm_content=eve%40example.com";
    const referrer = "https://mail.example/m/5f4dcc3b5aa765d61d8327deb882cf99";
    const { context, query, warnings } = page(url, referrer);
    expect([context.path, context.referrer]).toEqual(["/users/[email]", "https://mail.example/m/[token]"]);
    expect([context.utmContent, query]).toEqual(["[email]", { ref: "[email]" }]);
    expect(warnings).toEqual([
      "e-mail address masked in the page",
      "e-mail address masked in the query",
      "token masked in the referrer",
    ]);
    expect(page(url, referrer, null, null, { masksPages: false })).toMatchObject({
      context: { path: "/users/ada@example.com" },
      warnings: [],
    });
  });

  test("a bare path takes its origin from the request", () => {
    expect(page("/a?ref=1", undefined, null, "https://shop.example")).toMatchObject({
      context: { origin: "https://shop.example", path: "/a" },
      query: { ref: "1" },
    });
  });

  test.each(["", "   ", "?not a url", 42, null, {}, "http://"])("%j is not a page", (path) =>
    expect(page(path).context).toEqual({ device: "server" }),
  );

  test("an app's own scheme is an origin too", () => {
    expect(page("app://home/settings").context).toMatchObject({ origin: "app://home", path: "/settings" });
  });

  test("an overlong path is cut", () => {
    expect(page(`https://shop.example/${"x".repeat(9_000)}`).context.path).toHaveLength(2_048);
  });

  test.each([
    ["the same host", "https://other.example/a", "https://other.example/b", null],
    ["a subdomain of the page", "https://other.example/", "https://www.other.example/", null],
    ["the project's domain", "https://app.else.test/", "https://shop.example/", "shop.example"],
    ["its subdomain", "https://app.else.test/", "https://blog.shop.example/", "shop.example"],
  ])("%s is not a referrer", (_what, path, referrer, domain) =>
    expect(page(path, referrer, domain).context.referrer).toBeUndefined(),
  );

  test("another site is a referrer, without its query", () => {
    expect(page("https://shop.example/", "https://www.google.co.uk/search?q=secret").context).toMatchObject({
      referrer: "https://www.google.co.uk/search",
      referrerName: "Google",
    });
  });
});

test.each([
  ["news.ycombinator.com", "Hacker News"],
  ["www.google.de", "Google"],
  ["mail.google.com", "Gmail"],
  ["old.reddit.com", "Reddit"],
  ["www.bike-shop.example", "bike-shop.example"],
  ["notgoogle.com", "notgoogle.com"],
  ["google.com.evil.test", "google.com.evil.test"],
  ["constructor", "constructor"],
  ["localhost", "localhost"],
])("%s is called %s", (host, name) => expect(siteName(host)).toBe(name));

test("a visitor is described by browser and place, never by address or header", () => {
  const { context } = contextOf({}, visitorOf("8.8.8.8", SAFARI), null, null, privacyRulesOf(DEFAULT_PRIVACY), []);
  expect(context).toEqual({ country: "US", device: "mobile", browser: "Safari 17", os: "iOS 17" });
});

const ORIGIN = "https://shop.example";
const rules = privacyRulesOf(DEFAULT_PRIVACY);

const values = {
  path: ["/a", "/b", "", "/a?utm_source=x&page=2", "/reset/4f9a8b7c6d", "/ada@example.com", 7, undefined],
  title: ["A", "B", "ada@example.com", undefined],
  referrer: [undefined, "https://google.com/", "https://shop.example/a", "https://x.example/b@c.com"],
  campaign: [undefined, null, { source: "x" }, { source: "ada@example.com" }],
  visitor: [null, visitorOf("8.8.8.8", SAFARI), visitorOf("1.1.1.1", null)],
};
type Member = keyof typeof values;
/** What a message has that the previous one lacks. */
const change = fc
  .constantFrom(...(Object.keys(values) as Member[]))
  .chain((member) => fc.record({ member: fc.constant(member), value: fc.constantFrom<unknown>(...values[member]) }));

test("a message in a batch gets the context, query and warnings that it gets alone", () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
      const memo = new PageMemo(ORIGIN, "shop.example", rules);
      let page: MessagePage = {};
      let visitor: Visitor | null = null;
      for (const { member, value } of changes) {
        if (member === "visitor") visitor = value as Visitor | null;
        else page = { ...page, [member]: value };
        const [warnings, alone] = [["earlier"], ["earlier"]];
        const read = memo.contextOf(page, visitor, warnings);
        expect(read).toEqual(contextOf(page, visitor, ORIGIN, "shop.example", rules, alone));
        expect(warnings).toEqual(alone);
      }
    }),
    { numRuns: 300 },
  );
});

test("messages of one page share its context", () => {
  const memo = new PageMemo(ORIGIN, null, rules);
  const one = memo.contextOf({ path: "/a", title: "A" }, null, []);
  expect(memo.contextOf({ path: "/a", title: "A" }, null, []).context).toBe(one.context);
});

test("query parameters, which a message may change, belong to it alone", () => {
  const memo = new PageMemo(ORIGIN, null, privacyRulesOf({ ...DEFAULT_PRIVACY, keptParameters: ["page"] }));
  const one = memo.contextOf({ path: "/a?page=2" }, null, []);
  const other = memo.contextOf({ path: "/a?page=2" }, null, []);
  expect(one.query).toEqual({ page: "2" });
  expect(other.query).toEqual(one.query);
  expect(other.query).not.toBe(one.query);
});
