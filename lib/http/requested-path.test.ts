import fc from "fast-check";
import { expect, test } from "vitest";
import { userHref } from "@/components/people/row";
import { personRefInPath } from "@/lib/http/requested-path";

const HARD = [
  "auth0%7C64f0",
  "a%2Fb",
  "100%25",
  "a/b",
  "a?b",
  "a#b",
  "a+b",
  "a b",
  "..",
  "q\"'q",
  "ünï",
  "u:u",
  "%",
  "%41",
  "👍",
];

test.each(HARD)("the user id %s survives the round trip through a URL", (id) => {
  for (const tab of ["", "/sessions", "/export"]) {
    const segment = personRefInPath(userHref("project", `u:${id}`) + tab);
    expect(decodeURIComponent(segment ?? "")).toBe(`u:${id}`);
  }
});

test("any user id survives the round trip through a URL", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (id) => {
      expect(decodeURIComponent(personRefInPath(userHref("project", `u:${id}`)) ?? "")).toBe(`u:${id}`);
    }),
  );
});

test.each(["/", "/project/users", "/project/sessions/x", "/users/x"])("%s is not a person's URL", (path) =>
  expect(personRefInPath(path)).toBeNull(),
);
