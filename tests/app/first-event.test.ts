import { expect, test, vi } from "vitest";
import { GET } from "@/app/api/projects/[project]/first-event/route";
import { signUp, verifyCredentials } from "@/lib/auth/members.store";
import { startSession } from "@/lib/auth/session";
import { newId } from "@/lib/ids";
import { asServer, send, serveIngest } from "../ingest/support";

const browser = vi.hoisted(() => ({ cookies: new Map<string, string>() }));
vi.mock("next/headers", () => ({
  headers: async () => new Headers(),
  cookies: async () => ({
    get: (name: string) => (browser.cookies.has(name) ? { name, value: browser.cookies.get(name) } : undefined),
    getAll: () => [...browser.cookies].map(([name, value]) => ({ name, value })),
    set: (name: string, value: string) => browser.cookies.set(name, value),
    delete: (name: string) => browser.cookies.delete(name),
  }),
}));
const ingest = serveIngest();

test("the install page is told of a request with a wrong key from the reader's address, until the first event comes", async () => {
  const member = { email: "olga@example.com", password: "correct horse battery" };
  const shop = await signUp({ ...member, name: "Olga", projectName: "Shop" });
  const verified = await verifyCredentials(member.email, member.password);
  if (verified) await startSession(verified, "x");
  const told = async (address: string) => {
    const request = new Request("http://x/", { headers: { "x-forwarded-for": address } });
    return (await GET(request, { params: Promise.resolve({ project: shop.projectId }) })).json();
  };
  const track = (headers: Record<string, string>) =>
    send(`${ingest.url()}/track`, { type: "track", payload: { name: "hello", profileId: "ada" } }, headers);
  expect(await told("127.0.0.1")).toEqual({ event: null, stray: null });
  await track({ "throughline-client-id": newId() });
  expect(await told("127.0.0.1")).toEqual({
    event: null,
    stray: { via: "/track", reason: expect.stringContaining("unknown or was revoked") },
  });
  expect((await told("203.0.113.9")).stray).toBeNull();
  await track(asServer(shop.write));
  expect(await told("127.0.0.1")).toMatchObject({ event: { name: "hello" }, stray: null });
});
