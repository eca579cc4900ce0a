import { expect, test } from "vitest";
import { routePaths } from "./routes";
import { unspokenPaths } from "./unspoken";

test("no path of a dialect is also listed as one of an SDK we do not speak", () => {
  const both = unspokenPaths().filter((path) => routePaths().includes(path));
  expect(both, "lib/ingest/dialects/unspoken.ts: take these out of EXACT").toEqual([]);
});
