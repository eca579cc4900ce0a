import { beforeAll, expect, test } from "vitest";
import { GET } from "@/app/api/projects/[project]/first-event/route";
import { signUp, verifyCredentials } from "@/lib/auth/members.store";
import { startSession } from "@/lib/auth/session";
import { setOwnOrigin } from "@/lib/config";
import { pool } from "@/lib/db/pool";
import { newId } from "@/lib/ids";
import { revokeClient } from "@/lib/projects/projects.store";
import { updateProject } from "@/lib/projects/settings.store";
import { grantScope } from "@/lib/scope";
import { sendTestEvent, TEST_EVENT } from "@/lib/setup/test-event";
import { FIRST_STEPS, firstSteps } from "@/lib/timeline/first-steps.queries";
import { newestEvent } from "@/lib/timeline/recent-events.queries";
import { asServer, CHROME, send, serveIngest } from "../ingest/support";

const ingest = serveIngest();
beforeAll(() => setOwnOrigin("127.0.0.1", Number(new URL(ingest.url()).port)));

test("the install page shows a request with a wrong key from the reader's address, until the first event arrives", async () => {
  const member = { email: "olga@example.com", password: "correct horse battery" };
  const shop = await signUp({ ...member, name: "Olga", projectName: "Shop" });
  const verified = await verifyCredentials(member.email, member.password);
  if (verified) await startSession(verified, "x");
  const shownTo = async (address: string) => {
    const request = new Request("http://x/", { headers: { "x-forwarded-for": address } });
    return (await GET(request, { params: Promise.resolve({ project: shop.projectId }) })).json();
  };
  const track = (headers: Record<string, string>) =>
    send(`${ingest.url()}/track`, { type: "track", payload: { name: "hello", profileId: "ada" } }, headers);
  const NONE = { event: false, identify: false, device: false, server: false };
  expect(await shownTo("127.0.0.1")).toEqual({ event: null, steps: NONE, stray: null });
  await track({ "throughline-client-id": newId() });
  expect(await shownTo("127.0.0.1")).toEqual({
    event: null,
    steps: NONE,
    stray: { via: "/track", reason: expect.stringContaining("unknown or was revoked") },
  });
  expect((await shownTo("203.0.113.9")).stray).toBeNull();
  await track(asServer(shop.write));
  expect(await shownTo("127.0.0.1")).toMatchObject({ event: { name: "hello" }, stray: null });
});

test("each first step is ticked by its own event, and by nothing earlier", async () => {
  const member = { email: "tick@example.com", password: "correct horse battery" };
  const shop = await signUp({ ...member, name: "Tick", projectName: "Shop" });
  const scope = grantScope(shop.projectId, "system:test");
  const visit = (anonymousId: string, body: object) =>
    send(`${ingest.url()}/track`, { anonymousId, ...body }, asServer(shop.write));
  const taken = async () => {
    const steps = await firstSteps(scope);
    return FIRST_STEPS.filter((step) => steps[step]);
  };
  expect(await taken()).toEqual([]);
  await sendTestEvent(scope, CHROME, Date.now());
  expect(await taken()).toEqual(["event"]);
  expect(await newestEvent(scope)).toMatchObject({ name: TEST_EVENT });
  await visit("laptop", { type: "track", payload: { name: "hello" } });
  expect(await taken()).toEqual(["event"]);
  await visit("laptop", { type: "identify", payload: { profileId: "ada" } });
  expect(await taken()).toEqual(["event", "identify"]);
  await visit("phone", { type: "track", payload: { name: "hello" } });
  expect(await taken(), "somebody else's device").toEqual(["event", "identify"]);
  await visit("phone", { type: "identify", payload: { profileId: "ada" } });
  expect(await taken()).toEqual(["event", "identify", "device"]);
  await send(
    `${ingest.url()}/track`,
    { type: "track", payload: { name: "paid", profileId: "ada" } },
    asServer(shop.write),
  );
  expect(await taken()).toEqual([...FIRST_STEPS]);
});

test("a second test event is the same visitor's", async () => {
  const shop = await signUp({
    email: "again@example.com",
    password: "correct horse battery",
    name: "A",
    projectName: "S",
  });
  const scope = grantScope(shop.projectId, "system:test");
  const at = Date.now();
  for (const later of [0, 1_000]) await sendTestEvent(scope, CHROME, at + later);
  const { rows } = await pool().query(
    "SELECT count(*)::int AS events, count(DISTINCT stream_id)::int AS visitors FROM events WHERE project_id = $1",
    [shop.projectId],
  );
  expect(rows).toEqual([{ events: 2, visitors: 1 }]);
});

test("a test event is a real request, with the snippet's key and from the project's site, and its answer is shown", async () => {
  const shop = await signUp({
    email: "door@example.com",
    password: "correct horse battery",
    name: "D",
    projectName: "S",
    domain: "shop.example",
  });
  const scope = grantScope(shop.projectId, "system:test");
  const first = await sendTestEvent(scope, CHROME, Date.now());
  expect(first).toMatchObject({
    request: "POST /track",
    origin: "https://shop.example",
    clientId: shop.write.clientId,
    status: 200,
    isStored: true,
  });
  expect(JSON.parse(first.body)).toEqual({ deviceId: "throughline-test-device", sessionId: expect.any(String) });
  // What would refuse the site's own events refuses this one.
  await updateProject(scope, { notStored: [TEST_EVENT] });

  expect(await sendTestEvent(scope, CHROME, Date.now())).toMatchObject({ status: 202, isStored: false });
  await updateProject(scope, { notStored: [] });

  expect(await sendTestEvent(scope, "Googlebot/2.1", Date.now())).toMatchObject({ status: 202, isStored: false });
  await revokeClient(scope, shop.write.clientId);
  await expect(sendTestEvent(scope, CHROME, Date.now())).rejects.toMatchObject({ code: "unprocessable" });
});
