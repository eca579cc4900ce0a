import { expect, test } from "vitest";
import { routePaths } from "./routes";
import { unsupportedPaths } from "./unsupported";

test("no path of a dialect is also listed as one of an SDK we do not speak", () => {
  const both = unsupportedPaths().filter((path) => routePaths().includes(path));
  expect(both, "lib/ingest/dialects/unsupported.ts: take these out of EXACT").toEqual([]);
});
