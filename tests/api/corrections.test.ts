import { beforeAll, describe, expect, test } from "vitest";
import { receiptSchema } from "@/lib/api/erasures";
import { identityListSchema, peopleSchema } from "@/lib/api/identity-schemas";
import { failureSchema, profileSchema } from "@/lib/api/schemas";
import { pool } from "@/lib/db/pool";
import { newId } from "@/lib/ids";
import { makeProject, type TestProject } from "../ingest/support";
import { type Answer, ask } from "./support";
import { type ChangePath, change, remove, track, why } from "./who";

const MINUTE_MS = 60_000;
const START = Math.floor((Date.now() - 24 * 60 * MINUTE_MS) / MINUTE_MS) * MINUTE_MS;
const at = (minutes: number) => new Date(START + minutes * MINUTE_MS).toISOString();
const event = (minutes: number, ids: object, name = "page") => ({
  type: "track",
  payload: { name, ...("profileId" in ids && { profileId: ids.profileId }) },
  timestamp: at(minutes),
  id: newId(),
  ...("anonymousId" in ids && { anonymousId: ids.anonymousId }),
});

let project: TestProject;
let other: TestProject;
/** Ada on a phone and, after Bob, on a shared tablet; Ada's second user id on nothing. */
beforeAll(async () => {
  [project, other] = await Promise.all([makeProject(), makeProject()]);
  await track(project, {
    batch: [
      event(0, { anonymousId: "phone" }),
      event(5, { anonymousId: "phone", profileId: "ada" }),
      event(6, { anonymousId: "phone" }),
      event(10, { anonymousId: "tablet", profileId: "bob" }),
      event(100, { anonymousId: "tablet" }),
      event(110, { anonymousId: "tablet", profileId: "ada" }),
      event(20, { profileId: "ada@example.com" }),
      event(21, { anonymousId: "kiosk" }),
    ],
  });
});

const ok = ({ status, body }: Answer) => {
  expect(body).not.toHaveProperty("error");
  expect(status).toBe(200);
  return body;
};
const faultOf = ({ status, body }: Answer) => {
  const { code, field, message } = failureSchema.parse(body).error;
  expect(message.length).toBeGreaterThan(10);
  return [status, code, field];
};
const eventsOf = async (ref: string): Promise<number> => {
  const { body } = await ask(`/profiles/${encodeURIComponent(ref)}`, project.read);
  return (body as { events?: number }).events ?? 0;
};
const refs = (answer: Answer) =>
  peopleSchema
    .strict()
    .parse(ok(answer))
    .data.map((one) => one.ref);

describe("corrections by the customer's server", () => {
  test("alias joins two user ids at once, unalias separates them", async () => {
    expect(refs(await change("alias", "u:ada", { userId: "ada@example.com" }, project.root))).toEqual(["u:ada"]);
    const merged = profileSchema.parse(ok(await ask("/profiles/u%3Aada%40example.com", project.read)));
    expect(merged).toMatchObject({ ref: "u:ada", userIds: ["ada", "ada@example.com"], events: 6 });
    const back = await change("unalias", "u:ada", { userId: "ada@example.com" }, project.root);
    expect(refs(back)).toEqual(["u:ada", "u:ada@example.com"]);
    expect(await eventsOf("u:ada@example.com")).toBe(1);
  });

  test("an id can be merged before its first event", async () => {
    ok(await change("alias", "u:bob", { userId: 4711 }, project.root));
    await track(project, event(30, { profileId: "4711" }));
    expect(profileSchema.parse(ok(await ask("/profiles/u%3A4711", project.read))).userIds).toEqual(["bob", "4711"]);
    ok(await change("split", "u:bob", { userIds: [4711] }, project.root));
    expect(profileSchema.parse(ok(await ask("/profiles/u%3Abob", project.read))).userIds).toEqual(["bob"]);
  });

  test("white space around an id is ignored, as at ingest", async () => {
    expect(await eventsOf("u: ada ")).toBe(await eventsOf("u:ada"));
    const detached = await change("detach", "u: ada", { anonymousId: " phone ", userId: " ada " }, project.root);
    expect(refs(detached)).toEqual(["u:ada", "a:phone"]);
    expect(refs(await change("attach", "u:ada ", { anonymousId: "phone" }, project.root))).toEqual(["u:ada"]);
    expect(refs(await change("alias", "u: ada", { userId: " ada" }, project.root))).toEqual(["u:ada"]);
  });

  test("an alias with itself changes nothing", async () => {
    expect(refs(await change("alias", "u:ada", { userId: "ada" }, project.root))).toEqual(["u:ada"]);
  });

  test("detach returns a device's anonymous history to the visitor, attach undoes that", async () => {
    expect(await eventsOf("u:ada")).toBe(5);
    const detached = await change("detach", "u:ada", { anonymousId: "phone" }, project.root);
    expect(refs(detached)).toEqual(["u:ada", "a:phone"]);
    expect([await eventsOf("u:ada"), await eventsOf("a:phone")]).toEqual([3, 2]);
    expect(refs(await change("attach", "u:ada", { anonymousId: "phone" }, project.root))).toEqual(["u:ada"]);
    expect(await eventsOf("u:ada")).toBe(5);
  });

  test("detach applies to the user id it names, and rejects one of another person", async () => {
    ok(await change("detach", "u:ada", { anonymousId: "tablet", userId: "ada" }, project.root));
    expect(await eventsOf("u:ada")).toBe(4);
    ok(await change("attach", "u:ada", { anonymousId: "tablet", userId: "ada" }, project.root));
    const foreign = await change("detach", "u:ada", { anonymousId: "tablet", userId: "bob" }, project.root);
    expect(faultOf(foreign)).toEqual([404, "not_found", "userId"]);
  });

  test("split removes every alias between some ids and the rest", async () => {
    ok(await change("alias", "u:ada", { userId: "ada@example.com" }, project.root));
    ok(await change("alias", "u:bob", { userId: "ada@example.com" }, project.root));
    const cut = await change("split", "u:ada", { userIds: ["ada@example.com"] }, project.root);
    expect(refs(cut).sort()).toEqual(["u:ada", "u:ada@example.com", "u:bob"]);
  });

  test("a person gets at most 100 user ids: 409 beyond, and nothing changed", async () => {
    const full = await makeProject();
    const ids = Array.from({ length: 101 }, (_, index) => `id-${index}`);
    await track(full, { batch: ids.map((id, index) => event(index, { profileId: id })) });
    await track(full, {
      batch: ids.slice(1, 100).map((id) => ({ type: "alias", payload: { profileId: "id-0", alias: id } })),
    });
    expect(faultOf(await change("alias", "u:id-0", { userId: "id-100" }, full.write))).toEqual([
      409,
      "conflict",
      "userId",
    ]);
    expect(profileSchema.parse(ok(await ask("/profiles/u%3Aid-0", full.read))).userIds).toHaveLength(100);
  });
});

describe("why an id is somebody's", () => {
  test("each id and device with the owners of its intervals, as data and in words", async () => {
    const { data, links } = identityListSchema.strict().parse(ok(await why("u:ada", project.read)));
    const phone = data.find(({ id }) => id === "phone");
    expect(phone).toMatchObject({
      kind: "device",
      class: "sdk",
      firstSeen: at(0),
      lastSeen: at(6),
      events: 2,
      reasons: [{ type: "identified", userId: "ada", at: at(5), until: at(5) }],
      spans: [{ from: null, to: null, owner: "person", ref: "u:ada", identifiedFrom: at(5), events: 2 }],
    });
    expect(phone?.reasons[0]?.text).toBe(`Identified here as ada at ${at(5)}.`);
    expect(data.find(({ id }) => id === "tablet")?.spans).toMatchObject([
      { from: null, to: at(40), owner: "other", ref: "u:bob", identifiedFrom: at(10) },
      { from: at(40), to: at(80), owner: "nobody", ref: null, identifiedFrom: null },
      { from: at(80), to: at(140), owner: "person", ref: "u:ada", identifiedFrom: at(110), events: 1 },
      { from: at(140), to: null, owner: "nobody", ref: null },
    ]);
    expect(links.every(({ on }) => !on)).toBe(true);
  });

  test("an alias shows with whom, when and by which key", async () => {
    ok(await change("alias", "u:ada", { userId: "ada@example.com" }, project.root));
    const { data, links } = identityListSchema.parse(ok(await why("u:ada", project.read)));
    const reason = data.find(({ id }) => id === "ada")?.reasons.find(({ type }) => type === "aliased");
    expect(reason).toMatchObject({ userId: "ada@example.com", by: `client:${project.root.clientId}` });
    expect(reason?.text).toBe(`Aliased with ada@example.com at ${reason?.at} by client ${project.root.clientId}.`);
    expect(links[0]).toMatchObject({ on: true, by: `client:${project.root.clientId}` });
    ok(await change("unalias", "u:ada", { userId: "ada@example.com" }, project.root));
  });

  test("a detached device stays listed, with time and author", async () => {
    ok(await change("detach", "u:ada", { anonymousId: "phone" }, project.root));
    const { data } = identityListSchema.parse(ok(await why("u:ada", project.read)));
    expect(data.find(({ id }) => id === "phone")).toMatchObject({
      events: 0,
      reasons: [{ type: "detached", userId: "ada", by: `client:${project.root.clientId}` }],
      spans: [{ owner: "nobody", events: 2 }],
    });
    ok(await change("attach", "u:ada", { anonymousId: "phone" }, project.root));
  });

  test("an anonymous visitor has one device that nobody was identified on", async () => {
    const { data } = identityListSchema.parse(ok(await why("a:kiosk", project.read)));
    expect(data).toMatchObject([{ kind: "device", id: "kiosk", events: 1, reasons: [{ type: "anonymous" }] }]);
  });
});

describe("erasing", () => {
  test("a dry run counts and erases nothing", async () => {
    const counted = receiptSchema.strict().parse(ok(await remove("u:bob", "?dryRun=1", project.root)));
    expect(counted).toMatchObject({ dryRun: true, jobId: null, digest: null, userIds: 1, sharedDevices: 1, events: 3 });
    expect(await eventsOf("u:bob")).toBe(1);
  });

  test("an erased person is gone at once, under every id, and the receipt proves it without naming them", async () => {
    await track(project, {
      batch: [event(40, { anonymousId: "laptop" }), event(41, { anonymousId: "laptop", profileId: "evelyn" })],
    });
    const proof = receiptSchema.strict().parse(ok(await remove("a:laptop", "", project.root)));
    expect(proof).toMatchObject({
      dryRun: false,
      finished: true,
      userIds: 1,
      devices: 1,
      events: 2,
      suppressed: false,
    });
    expect(proof.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.stringify(proof)).not.toMatch(/evelyn|laptop/);
    for (const ref of ["u:evelyn", "a:laptop"])
      expect((await ask(`/profiles/${encodeURIComponent(ref)}`, project.read)).status).toBe(404);
    expect(faultOf(await remove("u:evelyn", "", project.root))).toEqual([404, "not_found", "ref"]);
    const { rows } = await pool().query("SELECT requested_by, finished_at FROM erase_jobs WHERE id = $1", [
      proof.jobId,
    ]);
    expect(rows).toEqual([{ requested_by: `client:${project.root.clientId}`, finished_at: expect.any(Number) }]);
    await track(project, event(2000, { profileId: "evelyn" }, "new"));
    expect(await eventsOf("u:evelyn")).toBe(1);
  });

  test("with suppress, later data is dropped, and the id can no longer be merged", async () => {
    await track(project, event(50, { profileId: "mallory" }));
    expect(receiptSchema.parse(ok(await remove("u:mallory", "?suppress=1", project.root))).suppressed).toBe(true);
    expect(faultOf(await change("alias", "u:ada", { userId: "mallory" }, project.root))).toEqual([
      409,
      "conflict",
      "userId",
    ]);
  });

  test("an anonymous visitor can be erased", async () => {
    await track(project, event(60, { anonymousId: "passer-by" }));
    expect(receiptSchema.parse(ok(await remove("a:passer-by", "", project.root)))).toMatchObject({
      userIds: 0,
      events: 1,
    });
    expect((await ask("/profiles/a%3Apasser-by", project.read)).status).toBe(404);
  });
});

describe("rejected requests", () => {
  const CHANGES: [ChangePath, object][] = [
    ["alias", { userId: "bob" }],
    ["unalias", { userId: "bob" }],
    ["split", { userIds: ["ada"] }],
    ["detach", { anonymousId: "phone" }],
    ["attach", { anonymousId: "phone" }],
  ];

  test.each(CHANGES)("403 for a public client, whatever it sends: %s", async (path, body) => {
    const bare = { "throughline-client-id": project.write.clientId };
    expect(faultOf(await change(path, "u:ada", body, bare))).toEqual([403, "forbidden", undefined]);
    const root = { "openpanel-client-id": project.root.clientId };
    expect(faultOf(await change(path, "u:ada", body, root))).toEqual([403, "forbidden", undefined]);
  });

  test.each(CHANGES)("403 for a read client with its secret: %s", async (path, body) => {
    expect(faultOf(await change(path, "u:ada", body, project.read))).toEqual([403, "forbidden", undefined]);
  });

  test.each(CHANGES)("401 without credentials and with a wrong secret: %s", async (path, body) => {
    expect(faultOf(await change(path, "u:ada", body, {}))).toEqual([401, "unauthorized", undefined]);
    const { clientId } = project.write;
    const wrong = { "throughline-client-id": clientId, "throughline-client-secret": "tl_write_wrong" };
    expect(faultOf(await change(path, "u:ada", body, wrong))).toEqual([401, "unauthorized", undefined]);
  });

  test.each(CHANGES)("404 for somebody unknown, and in a stranger's project: %s", async (path, body) => {
    expect(faultOf(await change(path, "u:nobody", body, project.root))).toEqual([404, "not_found", "ref"]);
    expect(faultOf(await change(path, "u:ada", body, other.write))).toEqual([404, "not_found", "ref"]);
  });

  test("erasing: 400, 401, 403 and 404", async () => {
    const bare = { "throughline-client-id": project.write.clientId };
    expect(faultOf(await remove("u:ada", "", bare))).toEqual([403, "forbidden", undefined]);
    expect(faultOf(await remove("u:ada", "", project.read))).toEqual([403, "forbidden", undefined]);
    expect(faultOf(await remove("u:ada", "", {}))).toEqual([401, "unauthorized", undefined]);
    expect(faultOf(await remove("u:ada", "?dryRun=maybe", project.root))).toEqual([400, "bad_request", "dryRun"]);
    for (const ref of ["u:nobody", "a:nobody", "nobody", "u:", "u:a\0b"])
      expect(faultOf(await remove(ref, "", project.root)), ref).toEqual([404, "not_found", "ref"]);
    expect(faultOf(await remove("u:ada", "", other.root))).toEqual([404, "not_found", "ref"]);
    expect(await eventsOf("u:ada")).toBe(5);
  });

  test("reading the identities: 401, 403 for a write key, 404", async () => {
    expect(faultOf(await why("u:ada", {}))).toEqual([401, "unauthorized", undefined]);
    expect(faultOf(await why("u:ada", project.write))).toEqual([403, "forbidden", undefined]);
    expect(faultOf(await why("u:ada", other.read))).toEqual([404, "not_found", "ref"]);
  });

  test.each<[ChangePath, string, unknown, string | undefined]>([
    ["alias", "u:ada", "{", undefined],
    ["alias", "u:ada", [], undefined],
    ["alias", "u:ada", {}, "userId"],
    ["alias", "u:ada", { userId: true }, "userId"],
    ["alias", "u:ada", { userId: "" }, "userId"],
    ["alias", "u:ada", { userId: "undefined" }, "userId"],
    ["alias", "u:ada", { userId: "x".repeat(300) }, "userId"],
    ["alias", "a:phone", { userId: "bob" }, "ref"],
    ["unalias", "u:ada", { userId: null }, "userId"],
    ["split", "u:ada", { userIds: [] }, "userIds"],
    ["split", "u:ada", { userIds: ["ada", "null"] }, "userIds.1"],
    ["detach", "u:ada", {}, "anonymousId"],
    ["detach", "u:ada", { anonymousId: 7 }, "anonymousId"],
    ["detach", "u:ada", { anonymousId: "phone", userId: "none" }, "userId"],
    ["attach", "u:ada", { anonymousId: "" }, "anonymousId"],
  ])("400 naming the invalid field: %s %s %j", async (path, ref, body, field) => {
    expect(faultOf(await change(path, ref, body, project.root))).toEqual([400, "bad_request", field]);
  });

  test.each<[ChangePath, object, string]>([
    ["unalias", { userId: "nobody" }, "userId"],
    ["split", { userIds: ["bob"] }, "userIds.0"],
    ["detach", { anonymousId: "nothing" }, "anonymousId"],
    ["detach", { anonymousId: "kiosk" }, "anonymousId"],
    ["attach", { anonymousId: "phone" }, "anonymousId"],
  ])("404 naming what does not exist: %s %j", async (path, body, field) => {
    expect(faultOf(await change(path, "u:ada", body, project.root))).toEqual([404, "not_found", field]);
  });
});
