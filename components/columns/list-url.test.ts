import { expect, test } from "vitest";
import { listHref, readSort, sortParam } from "@/components/columns/list-url";
import { SORT_COLUMNS } from "@/lib/profiles/types";

test("only what differs from the plain list is in the URL", () => {
  const plain = { tab: "everyone", search: "", filter: "", sort: null, window: 30, cursor: null } as const;
  expect(listHref("/users", plain)).toBe("/users");
  expect(listHref("/users", { ...plain, tab: "power", window: 7, cursor: "abc" })).toBe(
    "/users?tab=power&window=7&cursor=abc",
  );
});

test("any filter stays readable in the URL and round-trips", () => {
  const filter = "and(prop(plan,text,oneOf,R&D +1 #2 100%~,x),did(ex=port,atLeast,1,ever))";
  const href = listHref("/users", { filter });
  expect(href).toContain("filter=and(prop(plan,text,oneOf,R%26D");
  expect(new URL(href, "http://local").searchParams.get("filter")).toBe(filter);
});

test.each(["lastSeen", "-events", "p:plan", "-p:address.city", "p:-odd"])(
  "the sort %s survives the round trip",
  (text) => {
    const sort = readSort(text, SORT_COLUMNS);
    expect(sort && sortParam(sort)).toBe(text);
  },
);

test.each(["", "-", "p:", "shoeSize", "--events"])("%j is not a sort", (text) =>
  expect(readSort(text, SORT_COLUMNS)).toBeNull(),
);
