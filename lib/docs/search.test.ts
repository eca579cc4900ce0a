import fc from "fast-check";
import { expect, test } from "vitest";
import { docsPages } from "@/lib/docs/pages";
import { queryWords, type SearchSection, searchSections } from "@/lib/docs/search";
import { docsSections } from "@/lib/docs/sections";

const section = (heading: string, text: string, page = "Page"): SearchSection => ({
  slug: "x",
  page,
  heading,
  id: "x",
  text,
});

test.each([
  ["identify", "identify"],
  ["ad blocker", "proxy"],
  ["erase", "privacy"],
  ["posthog", "migrate/posthog"],
  ["cookieless", "privacy"],
  ["global privacy control", "consent"],
])("searching for %s finds the page %s among the first five", (query, slug) => {
  expect(
    searchSections(docsSections(), query)
      .slice(0, 5)
      .map((found) => found.slug),
  ).toContain(slug);
});

test("every page can be found by its title, and every hit's anchor is a heading of its page", () => {
  const anchors = new Set(docsSections().map(({ slug, id }) => `${slug}#${id}`));
  for (const { slug, title } of docsPages()) {
    const found = searchSections(docsSections(), title);
    expect(
      found.map((one) => one.slug),
      title,
    ).toContain(slug);
    for (const one of found) expect(anchors).toContain(`${one.slug}#${one.id}`);
  }
});

test("all words must be there; a heading outranks the text, a whole word a part of one", () => {
  const sections = [section("Other", "identify here"), section("Identify", "calls"), section("Third", "identifying")];
  expect(searchSections(sections, "identify").map(({ heading }) => heading)).toEqual(["Identify", "Other", "Third"]);
  expect(searchSections(sections, "identify calls").map(({ heading }) => heading)).toEqual(["Identify"]);
  expect(searchSections(sections, "identify nothing-like-it")).toEqual([]);
  expect(searchSections(sections, " ?! ")).toEqual([]);
});

test("an excerpt ends with a whole word, and keeps a table's cells apart", () => {
  const [found] = searchSections([section("Heading", `alpha ${"considerably ".repeat(40)}`)], "alpha");
  expect(found?.excerpt.map(({ text }) => text).join("")).toMatch(/^alpha (considerably )+…$/);
  const [shared] = searchSections(docsSections(), "shared devices");
  expect(shared?.excerpt.map(({ text }) => text).join("")).toContain("a colleague's desk: nothing more");
});

test("an excerpt is a part of the text with the words marked, whatever is searched for", () => {
  const words = fc.constantFrom("alpha", "BETA", "gamma.", "Straße", "İ", "e", "<b>");
  fc.assert(
    fc.property(fc.array(words, { minLength: 1, maxLength: 90 }), fc.array(words, { maxLength: 3 }), (body, query) => {
      const text = body.join(" ");
      for (const { excerpt } of searchSections([section("Heading", text)], query.join(" "))) {
        const shown = excerpt.map((piece) => piece.text).join("");
        expect(text).toContain(shown.replace(/^… | …$/g, ""));
        for (const { hit, text: piece } of excerpt)
          if (hit) expect(queryWords(query.join(" "))).toEqual(expect.arrayContaining(queryWords(piece)));
      }
    }),
  );
});

test("a query is cut to a bounded number of words", () => {
  expect(queryWords("a b ".repeat(1_000))).toEqual(["a", "b"]);
  expect(queryWords(Array.from({ length: 50 }, (_, at) => at).join(" ")).length).toBe(8);
});
