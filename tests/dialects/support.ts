import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "@playwright/test";
import { build } from "esbuild";
import { afterAll, beforeAll, expect } from "vitest";
import { pool } from "@/lib/db/pool";
import { handlesIngest, nodeIngest } from "@/lib/ingest/serve";
import { ensureChromium } from "@/scripts/chromium.mjs";
import { CHROME, type TestProject } from "@/tests/ingest/support";
import { launchChromium } from "@/tests/support/chromium";

const root = new URL("../..", import.meta.url).pathname;

const listen = async (server: Server, host: string): Promise<string> => {
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return `http://${host}:${(server.address() as AddressInfo).port}`;
};

export type Seen = { method: string; path: string; status: number };

/** Throughline's ingest, mounted as in server.ts, and the requests it received. */
export function serveThroughline(): { url: () => string; seen: Seen[]; failures: () => Seen[] } {
  const seen: Seen[] = [];
  let url = "";
  const server = createServer((request, response) => {
    const path = request.url?.split("?", 1)[0] ?? "/";
    response.on("finish", () => seen.push({ method: request.method ?? "", path, status: response.statusCode }));
    if (handlesIngest(path, request.method)) void nodeIngest(request, response);
    else response.writeHead(404).end();
  });
  beforeAll(async () => {
    url = await listen(server, "127.0.0.1");
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: () => url, seen, failures: () => seen.filter(({ status }) => status >= 300) };
}

export type CustomerSite = {
  /** Opens a visitor's browser on the site; `script` is the customer's bundle. Its console output is recorded. */
  visit(script: string, path?: string, userAgent?: string): Promise<{ page: Page; consoleLines: string[] }>;
};

/** A customer's site on another origin than Throughline, in real Chromium, with the real package bundled by esbuild. */
export function serveCustomer(): CustomerSite {
  let browser: Browser;
  let url = "";
  let op1 = "";
  const server = createServer((request, response) => {
    if (request.url?.startsWith("/op1.js")) response.writeHead(200, { "content-type": "text/javascript" }).end(op1);
    else response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(pageOf(request.url ?? "/"));
  });
  beforeAll(async () => {
    await ensureChromium();
    // PostHog and others send nothing from a browser that calls itself automated.
    browser = await launchChromium("--disable-blink-features=AutomationControlled");
    // What we serve under the name of OpenPanel's script (sdk/build.mjs): it takes over what the snippet queued.
    op1 = await bundled({ entryPoints: [`${root}sdk/script.ts`] });
    url = await listen(server, "localhost");
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    server.closeAllConnections();
    server.close();
  });
  return {
    async visit(script, path = "/?utm_source=newsletter", userAgent = CHROME) {
      const body = await bundled({ stdin: { contents: script, resolveDir: root } });
      const context = await browser.newContext({ userAgent });
      // Where the shell names itself, whatever its user agent says.
      await context.addInitScript(() =>
        Object.defineProperty(Navigator.prototype, "userAgentData", { get: () => undefined }),
      );
      const page = await context.newPage();
      await page.route("**/bundle.js", (route) => route.fulfill({ contentType: "text/javascript", body }));
      const messages: string[] = [];
      page.on("console", (message) => messages.push(`${message.type()}: ${message.text()}`));
      page.on("pageerror", (error) => messages.push(String(error)));
      await page.goto(url + path);
      return { page, consoleLines: messages };
    },
  };
}

async function bundled(input: { entryPoints: string[] } | { stdin: { contents: string; resolveDir: string } }) {
  const define = { "process.env.NODE_ENV": '"production"' };
  const built = await build({ ...input, bundle: true, write: false, format: "iife", logLevel: "error", define });
  return built.outputFiles[0]?.text ?? "";
}

const pageOf = (
  path: string,
): string => `<!doctype html><html lang="en"><head><meta charset="utf-8"><link rel="icon" href="data:,">
  <title>${path.startsWith("/pricing") ? "Pricing" : "Shop"}</title><script src="/bundle.js"></script></head>
  <body><h1>Shop</h1><button>Buy</button></body></html>`;

/** Nothing was rejected, and nothing reached the visitor's console. */
export function expectQuiet(server: { failures: () => Seen[] }, consoleLines: string[]): void {
  expect(server.failures()).toEqual([]);
  expect(consoleLines).toEqual([]);
}

/** Properties of the person of a user id: flat, dotted paths. */
export async function propertiesOf(project: TestProject, user: string): Promise<Record<string, unknown>> {
  const { rows } = await pool().query<{ props: Record<string, unknown> }>(
    `SELECT p.props FROM profiles p JOIN identities i ON i.project_id = p.project_id AND i.profile_id = p.id
      WHERE p.project_id = $1 AND i.kind = 'u' AND i.ext_id = $2`,
    [project.id, user],
  );
  return rows[0]?.props ?? {};
}

/** The owners of a device's spans, in order of time; null is nobody. */
export async function ownersOf(project: TestProject, stream: string | null | undefined): Promise<(string | null)[]> {
  const { rows } = await pool().query<{ owner: string | null }>(
    `SELECT o.ext_id AS owner FROM spans s JOIN identities d ON d.project_id = s.project_id AND d.id = s.stream_id
       LEFT JOIN identities o ON o.project_id = s.project_id AND o.id = s.owner_id
      WHERE s.project_id = $1 AND d.kind = 'a' AND d.ext_id = $2 ORDER BY s.from_ts`,
    [project.id, stream],
  );
  return rows.map((row) => row.owner);
}

/** The current owner of an event: the user it named, or the owner of its device's span; null is nobody. */
export async function ownerOf(project: TestProject, name: string): Promise<string | null | undefined> {
  const { rows } = await pool().query<{ owner: string | null }>(
    `SELECT CASE WHEN a.kind = 'u' THEN a.ext_id ELSE o.ext_id END AS owner FROM events e
       JOIN identities a ON a.project_id = e.project_id AND a.id = e.actor_id
       LEFT JOIN spans s ON s.project_id = e.project_id AND s.stream_id = e.stream_id AND e.ts >= s.from_ts AND e.ts < s.to_ts
       LEFT JOIN identities o ON o.project_id = s.project_id AND o.id = s.owner_id
      WHERE e.project_id = $1 AND e.name = $2`,
    [project.id, name],
  );
  return rows[0]?.owner;
}

/** The companies, each with who belongs to it: "acme (Acme): u_1". Devices are left out. */
export async function companiesOf(project: TestProject): Promise<string[]> {
  const { rows } = await pool().query<{ id: string; name: string | null; users: string[] | null }>(
    `SELECT a.id, a.name, array_agg(i.ext_id ORDER BY i.ext_id) FILTER (WHERE i.kind = 'u') AS users FROM accounts a
       LEFT JOIN account_members m ON m.project_id = a.project_id AND m.account_id = a.id
       LEFT JOIN identities i ON i.project_id = m.project_id AND i.id = m.actor_id
      WHERE a.project_id = $1 GROUP BY 1, 2 ORDER BY 1`,
    [project.id],
  );
  return rows.map((row) => `${row.id} (${row.name ?? ""}): ${(row.users ?? []).join(" ")}`);
}

/** Sends to Throughline as a program would, and reads the answer as text. */
export async function request(
  url: string,
  init: RequestInit = {},
): Promise<{ status: number; body: string; headers: Headers }> {
  const response = await fetch(url, init);
  return { status: response.status, body: await response.text(), headers: response.headers };
}
