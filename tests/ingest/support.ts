import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll } from "vitest";
import { pool } from "@/lib/db/pool";
import { prisma } from "@/lib/db/prisma";
import { newId } from "@/lib/ids";
import { nodeIngest } from "@/lib/ingest/serve";
import { type ClientKeys, createClient, insertProject } from "@/lib/projects/projects.store";
import { grantScope } from "@/lib/scope";

export const CHROME =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";

export type TestProject = { id: string; write: ClientKeys; read: ClientKeys; root: ClientKeys };

/** A project with a key of each mode; `columns` are set on its row unchanged. */
export async function makeProject(columns: Record<string, unknown> = {}): Promise<TestProject> {
  const organization = await prisma().organization.create({ data: { id: newId(), name: "Test" } });
  const { projectId, write } = await insertProject(prisma(), organization.id, { name: "Shop" });
  if (Object.keys(columns).length > 0) await prisma().project.update({ where: { id: projectId }, data: columns });
  const scope = grantScope(projectId, "system:test");
  const read = await createClient(scope, { name: "read", mode: "read" });
  const root = await createClient(scope, { name: "root", mode: "root" });
  return { id: projectId, write, read, root };
}

/** The ingest handler on a separate port for this test file, as server.ts mounts it. */
export function serveIngest(): { url: () => string } {
  let server: Server;
  beforeAll(async () => {
    server = createServer((request, response) => void nodeIngest(request, response));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

export type Sent = { status: number; headers: Headers; body: Record<string, never> & Body };
type Body = {
  deviceId?: string;
  sessionId?: string;
  accepted?: number;
  duplicates?: number;
  rejected?: { index: number; code: string; message: string }[];
  warnings?: unknown[];
  error?: { code: string; message: string; field?: string };
  bot?: boolean;
};

/** Sends as a browser would, JSON unless `body` is bytes or text already. */
export async function send(url: string, body: unknown, headers: Record<string, string> = {}, method = "POST") {
  const raw = typeof body === "string" || body instanceof Uint8Array ? (body as BodyInit) : JSON.stringify(body);
  const response = await fetch(url, {
    method,
    headers: { "content-type": "application/json", "user-agent": CHROME, ...headers },
    ...(method === "GET" ? {} : { body: raw }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: (text === "" ? {} : JSON.parse(text)) as Sent["body"],
  };
}

export const asBrowser = (keys: ClientKeys) => ({ "openpanel-client-id": keys.clientId });
export const asServer = (keys: ClientKeys) => ({
  "throughline-client-id": keys.clientId,
  "throughline-client-secret": keys.clientSecret,
});

export type EventRow = {
  id: string;
  name: string;
  kind: string;
  ts: number;
  properties: Record<string, unknown>;
  warnings: string[] | null;
  user: string | null;
  stream: string | null;
  session_id: string | null;
  country: string | null;
  browser: string | null;
  device: string | null;
  path: string | null;
  referrer: string | null;
  revenue: number | null;
  groups: string[] | null;
};

/** The project's stored events, by time and name, with public ids. */
export async function eventsOf(project: TestProject): Promise<EventRow[]> {
  const { rows } = await pool().query<EventRow>(
    `SELECT e.*, CASE WHEN a.kind = 'u' THEN a.ext_id END AS user, s.ext_id AS stream
       FROM events e
       LEFT JOIN identities a ON a.project_id = e.project_id AND a.id = e.actor_id
       LEFT JOIN identities s ON s.project_id = e.project_id AND s.id = e.stream_id
      WHERE e.project_id = $1 ORDER BY e.ts, e.name, e.id`,
    [project.id],
  );
  return rows;
}
