import { expect, test } from "vitest";
import { exportHref, exportLabel } from "./export-columns";

test.each([
  ["a column of the list keeps its label", "os", "System"],
  ["a count names its window", "activeDays30", "Active days, 30 d"],
  ["a column of files only has words of its own", "startedAt", "Started"],
  ["a property keeps its name", "p:address.city", "address.city"],
])("%s", (_guarantee, id, word) => expect(exportLabel(id)).toBe(word));

test("the server receives the columns one by one, even a property with a comma in its name", () => {
  const url = new URL(exportHref("http://x/export?tab=power", ["ref", "p:size, in cm"]));
  expect(url.searchParams.get("tab")).toBe("power");
  expect(url.searchParams.get("columns")).toBe("ref,p:size%2C in cm");
});
