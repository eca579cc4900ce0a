import fc from "fast-check";
import { beforeAll, expect, test, vi } from "vitest";
import { pool } from "@/lib/db/pool";
import { anyCharacter } from "@/tests/support/any-character";
import { asBrowser, asServer, makeProject, send, serveIngest, type TestProject } from "./support";

const ingest = serveIngest();
let project: TestProject;
beforeAll(async () => {
  project = await makeProject();
});

/** Any JSON value, biased towards values that break things. */
const nasty = fc.oneof(
  { weight: 3, arbitrary: fc.jsonValue({ maxDepth: 7, stringUnit: anyCharacter }) },
  fc.constantFrom(
    "\0",
    "\ud800",
    "__proto__",
    "null",
    "",
    1e308,
    -0,
    2 ** 53,
    -1,
    "2026-02-31T00:00:00Z",
    "9999-12-31T23:59:59.999Z",
    "0000-01-01",
    "infinity",
    "https://[",
    "data:,x",
    "//x",
    "a.b.c",
    "a..b",
    ".",
  ),
);
const object = (keys: readonly string[]) =>
  fc.record(Object.fromEntries(keys.map((key) => [key, nasty])), { requiredKeys: [] });
const properties = object(
  "__path __referrer __title __timestamp __deviceId __ip __userAgent __revenue __identify plan".split(" "),
);
/** A field that is valid three times out of four. */
const mostly = <T>(right: fc.Arbitrary<T>) => fc.oneof({ weight: 3, arbitrary: right as fc.Arbitrary<unknown> }, nasty);
const userId = mostly(fc.constantFrom("u_1", "u_2", 7));
const name = mostly(fc.string({ unit: anyCharacter, minLength: 1, maxLength: 60 }));
const traits = mostly(fc.dictionary(fc.string({ unit: anyCharacter, maxLength: 12 }), nasty, { maxKeys: 6 }));
const PAYLOADS: Record<string, fc.Arbitrary<unknown>> = {
  track: fc.record(
    { name, profileId: userId, properties: mostly(properties), groups: mostly(fc.array(nasty, { maxLength: 3 })) },
    { requiredKeys: ["name"] },
  ),
  identify: fc.record(
    { profileId: userId, email: nasty, avatar: nasty, plan: nasty, properties: traits },
    { requiredKeys: ["profileId"] },
  ),
  increment: fc.record(
    { profileId: userId, property: name, value: mostly(fc.double()) },
    { requiredKeys: ["property"] },
  ),
  alias: fc.record({ profileId: userId, alias: userId }),
  group: fc.record({ id: userId, type: nasty, name: nasty, properties: traits }, { requiredKeys: ["id"] }),
  set: fc.record({ profileId: userId, properties: traits }),
  replay: object(["payload"]),
};
const KINDS =
  "track track track identify set set_once unset increment decrement alias unalias group assign_group replay nonsense";
const payloadOf = (type: string) =>
  PAYLOADS[type] ?? PAYLOADS[type === "unalias" ? "alias" : type === "decrement" ? "increment" : "set"];
const message = fc.constantFrom(...KINDS.split(" ")).chain((type) =>
  fc.record(
    {
      type: fc.constant(type),
      payload: mostly(payloadOf(type) as fc.Arbitrary<unknown>),
      id: mostly(fc.uuid()),
      anonymousId: mostly(fc.uuid()),
      sessionId: mostly(fc.uuid()),
      timestamp: mostly(fc.constant(new Date().toISOString())),
      sentAt: nasty,
      claim: mostly(fc.boolean()),
    },
    { requiredKeys: ["type", "payload"] },
  ),
);

test("any input is answered with a 2xx, or a 4xx with a reason, and a batch counts every message", async () => {
  const statuses = new Map<number, number>();
  const logged = vi.spyOn(console, "error");
  await fc.assert(
    fc.asyncProperty(fc.array(message, { maxLength: 8 }), fc.boolean(), nasty, async (batch, trusted, sentAt) => {
      const headers = trusted ? asServer(project.root) : asBrowser(project.write);
      const all = await send(`${ingest.url()}/track`, { batch, sentAt }, headers);
      expect(all.status).toBe(200);
      const { accepted = 0, duplicates = 0, rejected = [] } = all.body;
      expect(accepted + duplicates + rejected.length).toBe(batch.length);
      for (const refusal of rejected)
        expect(refusal).toMatchObject({ code: expect.any(String), message: expect.any(String) });
      const [first] = batch;
      if (!first) return;
      const one = await send(`${ingest.url()}/track`, first, headers);
      statuses.set(one.status, (statuses.get(one.status) ?? 0) + 1);
      expect([200, 202, 400, 403, 413, 422]).toContain(one.status);
    }),
    { numRuns: 300 },
  );
  // Nothing was rejected because our own code failed.
  expect(logged.mock.calls).toEqual([]);
  // A generator of invalid input only would prove nothing.
  expect(statuses.get(200)).toBeGreaterThan(30);
  const { rows } = await pool().query("SELECT count(*) AS events FROM events WHERE project_id = $1", [project.id]);
  expect(rows[0]?.events).toBeGreaterThan(100);
});
