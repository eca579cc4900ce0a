import { expect, test } from "vitest";
import { writeSort } from "@/components/columns/list-url";
import { parseSort, userListHref } from "./list-state";

test("only what differs from the plain list is in the URL", () => {
  const plain = { tab: "everyone", search: "", filter: "", sort: null, window: 30, cursor: null } as const;
  expect(userListHref("/users", plain)).toBe("/users");
  expect(userListHref("/users", { ...plain, tab: "power", window: 7, cursor: "abc" })).toBe(
    "/users?tab=power&window=7&cursor=abc",
  );
});

test("any filter stays readable in the URL and round-trips", () => {
  const filter = "and(prop(plan,text,oneOf,R&D +1 #2 100%~,x),did(ex=port,atLeast,1,ever))";
  const href = userListHref("/users", { filter });
  expect(href).toContain("filter=and(prop(plan,text,oneOf,R%26D");
  expect(new URL(href, "http://local").searchParams.get("filter")).toBe(filter);
});

test.each(["lastSeen", "-events", "p:plan", "-p:address.city", "p:-odd"])(
  "the sort %s survives the round trip",
  (text) => {
    const sort = parseSort(text);
    expect(sort && writeSort(sort)).toBe(text);
  },
);

test.each(["", "-", "p:", "shoeSize", "--events"])("%j is not a sort", (text) => expect(parseSort(text)).toBeNull());
