import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { privacyRulesOf } from "@/lib/ingest/privacy/rules";
import { DEFAULT_PRIVACY } from "@/lib/projects/settings";
import { contextOf, type MessagePage, PageMemo } from "./context";
import { type Visitor, visitorOf } from "./visitor";

// The location databases are found through the configuration, which requires these two variables.
vi.stubEnv("DATABASE_URL", "postgres://nobody@127.0.0.1:1/unused");
vi.stubEnv("AUTH_SECRET", "0123456789abcdef");

const ORIGIN = "https://shop.example";
const rules = privacyRulesOf(DEFAULT_PRIVACY);
const SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1";

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
