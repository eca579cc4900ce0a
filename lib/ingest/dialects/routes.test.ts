import { expect, test } from "vitest";
import { ALL } from "@/tests/fuzz/requests";
import type { Template } from "@/tests/fuzz/template";
import { type MessageRoute, routeFor, routeForBody, routePaths, sharedPaths } from "./routes";
import { unsupportedPaths } from "./unsupported";

test("no path of a dialect is also listed as an unsupported SDK's", () => {
  const both = unsupportedPaths().filter((path) => routePaths().includes(path));
  expect(both, "lib/ingest/dialects/unsupported.ts: remove these from EXACT").toEqual([]);
});

/** The handler of a recorded request, as if it had been sent to `path`. */
function handlerAt(path: string, { body }: Template) {
  const route = routeFor("POST", path, new URLSearchParams());
  const handler = route && "dialect" in route ? routeForBody(route as MessageRoute, path, body) : null;
  return handler && "dialect" in handler ? { dialect: handler.dialect, endpoint: handler.endpoint } : null;
}

test.each(sharedPaths())("$path, which several SDKs use, finds the dialect of each recorded request", (shared) => {
  const { path, ...theirs } = shared;
  const isTheirs = (at: string, template: Template) => {
    const handler = handlerAt(at, template);
    return handler?.dialect === theirs.dialect && handler.endpoint === theirs.endpoint;
  };
  const sent = ALL.filter((template) => isTheirs(template.path, template));
  expect(sent.length, "add the SDK's request to tests/fuzz/recorded.json (tests/fuzz/template.ts)").toBeGreaterThan(0);
  expect(sent.filter((template) => !isTheirs(path, template))).toEqual([]);
});
