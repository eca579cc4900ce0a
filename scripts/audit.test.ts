import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { root } from "./root";

/** `npm run audit` as CI runs it, with npm itself, against a registry of ours. */
const folder = mkdtempSync(join(tmpdir(), "audit-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Packages that the app runs with, and the advisories on them. */
const VULNERABLE = { zod: "GHSA-aaaa-bbbb-cccc", pg: "GHSA-dddd-eeee-ffff" };
const allowing = join(folder, "allowed.json");
writeFileSync(
  allowing,
  JSON.stringify([{ advisory: VULNERABLE.pg, reason: "We never call the part that breaks.", until: "9999-12-31" }]),
);

/** The exit code and the output of an audit. */
async function audit(registry: RequestListener, ...args: string[]): Promise<{ code: number; text: string }> {
  const server = createServer(registry);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const env = { ...process.env, npm_config_registry: `http://127.0.0.1:${port}/`, npm_config_cache: folder };
  const command = ["--import", "tsx", join(root, "scripts/audit.ts"), ...args];
  try {
    return await new Promise((resolve) => {
      const child = execFile(process.execPath, command, { cwd: root, env }, (_, out, err) =>
        resolve({ code: child.exitCode ?? -1, text: out + err }),
      );
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** Knows serious vulnerabilities of some packages; `requested` gets the names of those that npm asks about. */
const knowing =
  (requested: string[]): RequestListener =>
  async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    response.setHeader("content-type", "application/json");
    if (request.method !== "POST") {
      const name = decodeURIComponent(request.url ?? "").slice(1);
      return response.end(JSON.stringify({ name, "dist-tags": {}, versions: { "0.0.1": { name, version: "0.0.1" } } }));
    }
    const body = Buffer.concat(chunks);
    const text = request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
    requested.push(...Object.keys(JSON.parse(text.toString())));
    const found = Object.entries(VULNERABLE).map(([name, advisory], id) => {
      const known = {
        id: id + 1,
        url: `https://github.com/advisories/${advisory}`,
        title: "It breaks",
        severity: "high",
      };
      return [name, [{ ...known, vulnerable_versions: "*", cwe: [], cvss: { score: 8 } }]];
    });
    response.end(JSON.stringify(Object.fromEntries(found)));
  };
const refusing: RequestListener = (_, response) => response.writeHead(405).end();

test("a serious vulnerability of a package that the app runs with fails, unless allowed, and names itself", async () => {
  const requested: string[] = [];
  const { code, text } = await audit(knowing(requested), allowing);
  expect([code, text]).toEqual([1, expect.stringContaining("FAILS: zod (high) It breaks")]);
  expect(text).toContain(VULNERABLE.zod);
  expect(text).toMatch(/known: pg \(high\) It breaks .* \(allowed until 9999-12-31/);
  expect(text.match(/FAILS/g)).toHaveLength(1);
  expect(requested).toContain("next");
  expect(requested, "packages for development only").not.toContain("vitest");
}, 60_000);

test("a registry that does not answer passes, with a note", async () => {
  const { code, text } = await audit(refusing);
  expect([code, text]).toEqual([0, expect.stringContaining("nothing was checked")]);
}, 60_000);
