import { expect, test } from "vitest";
import { routePaths } from "./routes";
import { unsupportedPaths } from "./unsupported";

test("no path of a dialect is also listed as an unsupported SDK's", () => {
  const both = unsupportedPaths().filter((path) => routePaths().includes(path));
  expect(both, "lib/ingest/dialects/unsupported.ts: remove these from EXACT").toEqual([]);
});
