import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type IncomingMessage, request as requestOf, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { nodeInstallSnippet, proxiedSnippet } from "@/lib/format/snippet";
import { type Listening, openProxy, passOn, recipe, serveOnFreePort } from "@/tests/support/proxy";
import { expect, type Project, test } from "./fixtures";
import { browse, logIn } from "./walk";

/**
 * The recipes of docs/guide/proxy.md verbatim, in front of a site whose visitors block everything that a blocklist
 * could know about us.
 */
const BLOCKED = /track|throughline|openpanel|op1|analytics|stats|collect|\/api\//i;

const run = promisify(execFile);

/** Runs the recipe in `language` as a module of a project with @throughline/node, as in the guide; returns exports. */
async function moduleOf(project: Project, code: string): Promise<Record<string, unknown>> {
  const folder = await mkdtemp(join(tmpdir(), "throughline-proxied-"));
  try {
    await writeFile(join(folder, "package.json"), `{ "private": true, "type": "module" }`);
    const install = nodeInstallSnippet({ clientId: project.write.clientId, origin: project.origin });
    await run("bash", ["-ec", install], { cwd: folder });
    await writeFile(join(folder, "recipe.ts"), code);
    const outfile = join(folder, "recipe.mjs");
    await build({ entryPoints: [join(folder, "recipe.ts")], outfile, bundle: true, platform: "node", format: "esm" });
    return await import(pathToFileURL(outfile).href);
  } finally {
    await rm(folder, { recursive: true });
  }
}

type Handler = (request: Request) => Promise<Response>;
type Middleware = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

const RECIPES: Record<string, (throughline: string, site: string, project: Project) => Promise<Listening>> = {
  nginx: (throughline, site) => openProxy("nginx", throughline, site),
  Caddy: (throughline, site) => openProxy("caddy", throughline, site),

  // Route handlers are functions of the platform's own Request and Response; this server is what Next is around them.
  "Next.js": async (throughline, site, project) => {
    const [next = ""] = recipe("ts", throughline).split(/^(?=import \{ throughlineProxy)/m);
    const handlers = (await moduleOf(project, next)) as { GET: Handler; POST: Handler };
    return serveOnFreePort(async (request, response) => {
      if (!request.url?.startsWith("/ping/")) return passOn(site, request, response);
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const headers = new Headers(request.headers as Record<string, string>);
      headers.append("x-forwarded-for", request.socket.remoteAddress ?? "");
      const body = request.method === "POST" ? Buffer.concat(chunks) : undefined;
      const forwarded = new Request(`http://site${request.url}`, { method: request.method, headers, body });
      const answer = await handlers[request.method as "GET" | "POST"](forwarded);
      response.writeHead(answer.status, Object.fromEntries(answer.headers));
      response.end(Buffer.from(await answer.arrayBuffer()));
    });
  },

  // What Express does with app.use(path, middleware): calls it with the path cut off.
  Express: async (throughline, site, project) => {
    const [, express = ""] = recipe("ts", throughline).split(/^(?=import \{ throughlineProxy)/m);
    const code = `const mounted = new Map();\nconst app = { use: (path, middleware) => mounted.set(path, middleware) };\nexport { mounted };\n`;
    const { mounted } = (await moduleOf(project, code + express)) as { mounted: Map<string, Middleware> };
    return serveOnFreePort((request, response) => {
      const url = request.url ?? "/";
      const [path, middleware] = [...mounted].find(([prefix]) => url.startsWith(`${prefix}/`)) ?? [];
      if (!path || !middleware) return passOn(site, request, response);
      request.url = url.slice(path.length);
      middleware(request, response, () => passOn(site, request, response));
    });
  },
};

for (const [name, open] of Object.entries(RECIPES)) {
  test(`${name}'s recipe: past a blocker, with every visitor's address and nobody's cookies`, async ({
    project,
    site,
    visitor: { context, page },
  }) => {
    const seen: { method?: string; url?: string; cookie?: string }[] = [];
    const throughline = await serveOnFreePort((request, response) => {
      seen.push({ method: request.method, url: request.url, cookie: request.headers.cookie });
      passOn(project.origin, request, response);
    });
    const proxy = await open(throughline.origin, site.origin, project);
    try {
      site.head = proxiedSnippet({ clientId: project.write.clientId, origin: project.origin });
      const blocked: string[] = [];
      await context.route(BLOCKED, (route) => {
        blocked.push(route.request().url());
        return route.abort("blockedbyclient");
      });
      await browse(page, { ...site, origin: proxy.origin });
      await logIn(page);
      await expect
        .poll(async () => (await project.profiles()).map(({ ref, events }) => [ref, events]))
        .toEqual([["u:user_42", 8]]);
      expect(blocked).toEqual([]);
      expect(new Set(seen.map(({ method, url }) => `${method} ${url}`))).toEqual(
        new Set(["GET /throughline.js", "POST /api/track"]),
      );
      // The visitor has the site's own cookie since logging in.
      expect((await context.cookies(proxy.origin)).map((cookie) => cookie.name)).toEqual(["customer"]);
      expect(seen.filter(({ cookie }) => cookie)).toEqual([]);

      const [here, again, elsewhere] = [
        await strangerFrom("127.0.0.1", proxy, project),
        await strangerFrom("127.0.0.1", proxy, project),
        await strangerFrom("127.0.0.9", proxy, project),
      ];
      expect(here).toMatch(/^[0-9a-f]{32}$/);
      expect(again).toBe(here);
      expect(elsewhere).not.toBe(here);
    } finally {
      await proxy.close();
      await throughline.close();
    }
  });
}

/** The device id that Throughline derives for a visitor without one who comes from `localAddress`. */
async function strangerFrom(localAddress: string, proxy: Listening, project: Project): Promise<string> {
  const body = JSON.stringify({ clientId: project.write.clientId, type: "track", payload: { name: "hello" } });
  const headers = { "content-type": "text/plain", "user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0" };
  const request = requestOf(`${proxy.origin}/ping/e`, { method: "POST", headers, localAddress });
  request.end(body);
  const [answer] = (await once(request, "response")) as [IncomingMessage];
  let text = "";
  for await (const chunk of answer) text += chunk;
  return (JSON.parse(text) as { deviceId: string }).deviceId;
}
