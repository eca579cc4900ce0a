import { beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { eventPageSchema, eventSchema, profilePageSchema, profileSchema, sessionSchema } from "@/lib/api/schemas";
import { newId } from "@/lib/ids";
import { makeProject, type TestProject } from "../ingest/support";
import { ask, track } from "./support";

const MINUTE_MS = 60_000;
/** Yesterday at a whole minute: inside every limit on lateness, long enough ago that no clock is ahead. */
const START = Math.floor((Date.now() - 24 * 60 * MINUTE_MS) / MINUTE_MS) * MINUTE_MS;
const at = (minutes: number) => new Date(START + minutes * MINUTE_MS).toISOString();

const USER = "kunde/7 ü?#%2F";
const device = newId();
const visit = newId();
const stranger = newId();
let project: TestProject;

const sent = (minutes: number, type: string, payload: object, ids: object) => ({
  type,
  payload,
  timestamp: at(minutes),
  id: newId(),
  ...ids,
});
const onDevice = { anonymousId: device, sessionId: visit };

beforeAll(async () => {
  project = await makeProject();
  await track(project, {
    batch: [
      sent(
        0,
        "track",
        {
          name: "screen_view",
          properties: { __path: "https://shop.test/pricing", __referrer: "https://www.google.com/" },
        },
        onDevice,
      ),
      sent(1, "track", { name: "plan_chosen", properties: { plan: "pro" } }, onDevice),
      sent(
        2,
        "identify",
        { profileId: USER, firstName: "Ada", email: "ada@example.com", properties: { address: { city: "Köln" } } },
        onDevice,
      ),
      sent(3, "track", { name: "signup", profileId: USER, properties: { ok: true } }, onDevice),
      sent(5, "track", { name: "later" }, onDevice),
      sent(
        9,
        "track",
        { name: "screen_view", properties: { __path: "https://shop.test/" } },
        { anonymousId: stranger },
      ),
    ],
  });
});

const refOf = (id: string) => encodeURIComponent(id);
const read = async <T>(schema: z.ZodType<T>, path: string): Promise<T> => {
  const { status, body } = await ask(path, project.read);
  expect(body, path).not.toHaveProperty("error");
  expect(status).toBe(200);
  return schema.parse(body);
};

test("one person, by user id and by device, with the whole journey", async () => {
  const ada = await read(profileSchema.strict(), `/profiles/${refOf(`u:${USER}`)}`);
  expect(ada).toMatchObject({
    ref: `u:${USER}`,
    userIds: [USER],
    anonymousIds: [device],
    identified: true,
    name: "Ada",
    email: "ada@example.com",
    anonymousName: null,
    firstSeen: at(0),
    lastSeen: at(5),
    sessions: 1,
    source: "Google",
    browser: "Chrome 141",
    properties: { address: { city: "Köln" } },
  });
  expect(await read(profileSchema, `/profiles/${refOf(`a:${device}`)}`)).toEqual(ada);
});

test("everyone newest first, identified people only, or visitors only", async () => {
  const everyone = await read(profilePageSchema.strict(), "/profiles");
  expect(everyone.data.map(({ ref }) => ref)).toEqual([`a:${stranger}`, `u:${USER}`]);
  expect(everyone.data[0]).toMatchObject({ identified: false, userIds: [], anonymousIds: [stranger], events: 1 });
  expect(everyone.data[0]?.anonymousName).toMatch(/^\w+ \w+$/);
  expect((await read(profilePageSchema, "/profiles?identified=true")).data.map(({ ref }) => ref)).toEqual([
    `u:${USER}`,
  ]);
  expect((await read(profilePageSchema, "/profiles?identified=false")).data.map(({ ref }) => ref)).toEqual([
    `a:${stranger}`,
  ]);
});

test.each([
  ["part of an e-mail, in any case", "EXAMPLE.c", [USER]],
  ["part of an id", "kunde/7", [USER]],
  ["a property's value", "köln", [USER]],
  ["the start of a word, under three characters", "ad", [USER]],
  ["not the middle of one", "da", []],
  ["percent and underscore are literal", "a%m", []],
  ["underscore too", "ada_example", []],
  ["the person's device", device, [USER]],
  ["white space alone searches nothing", "  ", [stranger, USER]],
])("search finds %s", async (_what, text, ids) => {
  const { data } = await read(profilePageSchema, `/profiles?search=${encodeURIComponent(text)}`);
  expect(data.map(({ ref }) => ref.slice(2))).toEqual(ids);
});

test("the timeline, oldest first, gives each event's attribution", async () => {
  const { data, next } = await read(
    z.strictObject({ data: z.array(eventSchema.strict()), next: z.null() }),
    `/profiles/${refOf(`u:${USER}`)}/events?order=asc`,
  );
  expect(next).toBeNull();
  expect(data.map(({ name, timestamp, attribution }) => [name, timestamp, attribution])).toEqual([
    ["screen_view", at(0), "claimed"],
    ["plan_chosen", at(1), "claimed"],
    ["identify", at(2), "explicit"],
    ["signup", at(3), "explicit"],
    ["later", at(5), "inferred"],
  ]);
  expect(data[1]).toMatchObject({ sessionId: visit, properties: { plan: "pro" }, actor: `a:${device}` });
  expect(data[3]?.actor).toBe(`u:${USER}`);
});

test("a session joins the parts before and after a login", async () => {
  const { data } = await read(
    z.strictObject({ data: z.array(sessionSchema.strict()), next: z.null() }),
    `/profiles/${refOf(`u:${USER}`)}/sessions`,
  );
  expect(data).toHaveLength(1);
  expect(data[0]).toMatchObject({
    id: visit,
    startedAt: at(0),
    endedAt: at(5),
    durationMs: 5 * MINUTE_MS,
    source: "Google",
    device: "desktop",
  });
  expect(data[0]?.entryPage).toContain("/pricing");
});

test("following cursors through pages of one gives the whole list", async () => {
  const page = z.object({ data: z.array(z.unknown()), next: z.string().nullable() });
  for (const path of ["/profiles", `/profiles/${refOf(`u:${USER}`)}/events`]) {
    const paged: unknown[] = [];
    for (let cursor = ""; ; ) {
      const { data, next } = await read(page, `${path}?limit=1${cursor}`);
      paged.push(...data);
      if (next === null) break;
      cursor = `&cursor=${next}`;
    }
    expect(paged).toEqual((await read(page, `${path}?limit=1000`)).data);
  }
});

test("a page does not change while newer events arrive", async () => {
  const path = `/profiles/${refOf(`u:${USER}`)}/events?limit=2`;
  const { next } = await read(eventPageSchema, path);
  const before = await read(eventPageSchema, `${path}&cursor=${next}`);
  await track(project, sent(30, "track", { name: "newer", profileId: USER }, {}));
  expect(await read(eventPageSchema, `${path}&cursor=${next}`)).toEqual(before);
});

test("unknown parameters are ignored", () => read(profilePageSchema, "/profiles?colour=blue&limit=5"));
test("a root client may read too", async () => expect((await ask("/profiles", project.root)).status).toBe(200));
