import { expect, test, vi } from "vitest";
import { asServer, makeProject } from "../ingest/support";
import { rewrittenPaths, rewrittenTo, routeFiles } from "../support/next-routes";
import { ask } from "./support";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];
/** NextAuth's own answers: it says no-store itself, and next.config.js adds nosniff. */
const NOT_OURS = ["app/api/auth/[...nextauth]/route.ts"];

/** A path of each route file, and each path that is rewritten to one. */
const ROUTES = [
  ...routeFiles()
    .filter((file) => !NOT_OURS.includes(file))
    .map((file) => ({
      file,
      path: file.replace(/^app|\/\([\w]+\)|\/route\.ts$/g, "").replaceAll(/\[+(\.\.\.)?\w+\]+/g, "x"),
    })),
  ...rewrittenPaths().map(({ example: path }) => ({ file: rewrittenTo(path), path })),
];

test("there are routes to request", () => expect(ROUTES.length).toBeGreaterThan(50));

test.each(ROUTES)("$path: no cache keeps what it answers, and no browser guesses its type", async ({ file, path }) => {
  // Outside of Next nobody is logged in, which some routes only find out by failing: what counts here are the headers.
  vi.spyOn(console, "error").mockImplementation(() => {});
  const route = (await import(`../../${file}`)) as Record<
    string,
    (request: Request, context: object) => Promise<Response>
  >;
  for (const method of METHODS.filter((name) => name in route)) {
    const request = new Request(`http://127.0.0.1${path}`, { method, ...(method === "GET" ? {} : { body: "{}" }) });
    const params = Promise.resolve({ project: "x", ref: "u:x", segmentId: "x", id: "x", userId: "x" });
    const response = await route[method]?.(request, { params });
    expect(response?.headers.get("x-content-type-options"), `${method} ${path}`).toBe("nosniff");
    expect(response?.headers.get("cache-control"), `${method} ${path}`).toMatch(/no-store|public, max-age/);
  }
});

test("no cache keeps people from the API", async () => {
  const project = await makeProject();
  const { GET } = await import("@/app/api/v1/profiles/route");
  const response = await GET(new Request("http://127.0.0.1/api/v1/profiles", { headers: asServer(project.read) }));
  expect([response.status, response.headers.get("cache-control")]).toEqual([200, "private, no-store"]);
  expect((await ask("/profiles", project.read)).status).toBe(200);
});
