import { beforeAll, beforeEach, expect, test } from "vitest";
import { signUp, verifyCredentials } from "@/lib/auth/members.store";
import { startSession } from "@/lib/auth/session";
import { grantScope } from "@/lib/scope";
import { createSegment } from "@/lib/segments/segments.store";
import nextConfig from "../../next.config";
import { addressOfEntry, entryPoints } from "../../scripts/structure/access";
import { browser } from "../support/browser";

/**
 * What a page of another site can send with a member's cookies. Next compares the origin of actions; routes take only
 * what a form cannot send, so that the browser asks first, and they allow no other origin.
 */

const PASSWORD = "correct horse battery";
const EMAIL = "ada@example.com";
const rootOf = new URL("../..", import.meta.url).pathname;
const params: Record<string, string> = {};

beforeAll(async () => {
  const { projectId } = await signUp({ email: EMAIL, password: PASSWORD, name: "Ada", projectName: "Shop" });
  params.project = projectId;
  params.segmentId = await createSegment(grantScope(projectId, "system:test"), { name: "Beta", rule: null });
});

beforeEach(async () => {
  browser.cookies.clear();
  const member = await verifyCredentials(EMAIL, PASSWORD);
  if (member) await startSession(member, "Chrome");
});

/** Routes that change something for whoever is logged in. */
const changing = entryPoints().filter(
  ({ kind, name, guards }) =>
    kind === "route" && name !== "GET" && guards.some((guard) => guard.startsWith("requireMember")),
);

async function send(type: string | null, body = "email\nada@example.com\n"): Promise<Response[]> {
  const answers: Response[] = [];
  for (const entry of changing) {
    const path = addressOfEntry(entry).replaceAll(/\[(\w+)\]/g, (_, name: string) => params[name] ?? "x");
    const request = new Request(`http://127.0.0.1${path}`, { method: entry.name, body });
    if (type === null) request.headers.delete("content-type");
    else request.headers.set("content-type", type);
    const route = await import(/* @vite-ignore */ `${rootOf}${entry.file}`);
    answers.push(await route[entry.name](request, { params: Promise.resolve(params) }));
  }
  return answers;
}

test.each([
  "text/plain",
  "text/plain;charset=UTF-8; text/csv",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=text/csv",
  null,
])("routes that change something refuse what another site can send: %s", async (type) => {
  expect(changing.length).toBeGreaterThan(0);
  for (const { status, headers } of await send(type)) {
    expect([415, 422]).toContain(status);
    expect(headers.get("access-control-allow-origin")).toBeNull();
  }
});

test("the same request from our own page is accepted", async () => {
  for (const { status } of await send("text/csv")) expect(status).toBe(200);
});

test("a request larger than any accepted file is refused", async () => {
  for (const { status } of await send("text/csv", "x".repeat(24 * 1024 * 1024 + 1))) expect(status).toBe(413);
});

test("no other origin may call actions", () => {
  expect(nextConfig.experimental).not.toHaveProperty("serverActions");
  expect(nextConfig).not.toHaveProperty("serverActions");
});
