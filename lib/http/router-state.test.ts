import { expect, test } from "vitest";
import { routerStateRefusal } from "./router-state";

const asking = (state: string | string[] | undefined) => ({ rsc: "1", "next-router-state-tree": state });
const sent = (state: unknown): string => encodeURIComponent(JSON.stringify(state));
const nested = (depth: number): unknown => (depth === 0 ? ["", {}] : ["", { children: nested(depth - 1) }]);

test.each([
  ["none", undefined],
  ["the root", sent(["", {}])],
  ["a page with a parameter", sent(["", { children: [["project", "a", "d", null], { children: ["users", {}] }] }])],
  ["a name in another script", sent(["", { children: ["Zoë ✓", {}, null, "refetch"] }])],
  ["many levels", sent(nested(200))],
])("what Next's router sends passes: %s", (_, header) => expect(routerStateRefusal(asking(header))).toBeNull());

test("a request of which Next does not read the router state passes", () => {
  expect(routerStateRefusal({ "next-router-state-tree": "garbage" })).toBeNull();
});

test.each([
  ["nothing", ""],
  ["text", "garbage"],
  ["an incomplete escape", "%E0%A4%A"],
  ["JSON of another shape", sent({ children: [] })],
  ["a list of another shape", sent(["", { children: [1, {}] }])],
  ["no end", sent(["", {}]).slice(0, -1)],
  ["several", [sent(["", {}]), sent(["", {}])]],
  ["too much", sent(["a".repeat(40_001), {}])],
  ["too deep", `%5B%22%22,%7B%22children%22:${"[".repeat(30_000)}`],
])("anything else is a 400 that names the header: %s", (_, header) =>
  expect(routerStateRefusal(asking(header))).toMatchObject({ status: 400, field: "next-router-state-tree" }),
);
