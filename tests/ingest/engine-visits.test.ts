import { expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { newId } from "@/lib/ids";
import { asServer, makeProject, send, serveIngest, type TestProject } from "./support";

/** Messages of one device with and without a session id share a session (docs/identity.md X5). */
const server = serveIngest();
const MINUTE_MS = 60_000;
const began = Date.now() - 3 * 60 * MINUTE_MS;

type Sent = { at: number; session?: string; device?: string; user?: string; type?: string };
const message = ({ at, session, device = "device", user, type = "track" }: Sent) => ({
  id: newId(),
  anonymousId: device,
  sessionId: session,
  timestamp: new Date(began + at).toISOString(),
  type,
  payload: { name: "seen", profileId: user },
});

/** Each event's visit, by time, named after the visit's first event. */
async function visitsOf(project: TestProject): Promise<string> {
  const { rows } = await pool().query<{ session_id: string }>(
    "SELECT session_id FROM events WHERE project_id = $1 AND kind IN ('event', 'identify') ORDER BY ts, id",
    [project.id],
  );
  const names = new Map<string, string>();
  return rows
    .map(({ session_id: id }) => {
      if (!names.has(id)) names.set(id, String.fromCharCode(65 + names.size));
      return names.get(id);
    })
    .join("");
}

const S = newId();
const OTHER = newId();
const cases: [string, Sent[], string][] = [
  ["14 ms later", [{ at: 0, session: S }, { at: 14 }], "AA"],
  [
    "14 ms earlier, of a server that knows the user",
    [
      { at: 14, session: S },
      { at: 0, user: "u1" },
    ],
    "AA",
  ],
  [
    "of a user who logged in",
    [
      { at: 0, session: S },
      { at: 14, user: "u1" },
      { at: 20, session: S, user: "u1" },
    ],
    "AAA",
  ],
  ["exactly 30 minutes later", [{ at: 0, session: S }, { at: 30 * MINUTE_MS }], "AA"],
  ["more than 30 minutes later", [{ at: 0, session: S }, { at: 30 * MINUTE_MS + 1 }], "AB"],
  [
    "of another device",
    [
      { at: 0, session: S },
      { at: 14, device: "other" },
    ],
    "AB",
  ],
  ["the nearer of two", [{ at: 0, session: S }, { at: 40 * MINUTE_MS, session: OTHER }, { at: 29 * MINUTE_MS }], "ABB"],
  ["within a long one", [{ at: 0, session: S }, { at: 25 * MINUTE_MS, session: S }, { at: 50 * MINUTE_MS }], "AAA"],
  ["a chain of those without", [{ at: 0, session: S }, { at: 25 * MINUTE_MS }, { at: 50 * MINUTE_MS }], "AAA"],
];

test.each(cases)("messages with and without a session id, one by one: %s", async (_what, sent, visits) => {
  const project = await makeProject();
  for (const one of sent) await send(`${server.url()}/track`, message(one), asServer(project.write));
  expect(await visitsOf(project)).toBe(visits);
});

test.each(cases)(
  "messages with and without a session id in one batch, in either order: %s",
  async (_what, sent, visits) => {
    for (const order of [sent, [...sent].reverse()]) {
      const project = await makeProject();
      await send(`${server.url()}/track`, { batch: order.map(message) }, asServer(project.write));
      expect(await visitsOf(project)).toBe(visits);
    }
  },
);

test("the answer names the session that the message joined, and the session counts both", async () => {
  const project = await makeProject();
  await send(`${server.url()}/track`, message({ at: 0, session: S }), asServer(project.write));
  const answer = await send(`${server.url()}/track`, message({ at: 14 }), asServer(project.write));
  expect(answer.body).toMatchObject({ sessionId: S });
  const { rows } = await pool().query<{ session_id: string }>(
    "SELECT session_id, event_count, assigned, ended_at - started_at AS lasted FROM sessions WHERE project_id = $1",
    [project.id],
  );
  expect(rows).toMatchObject([{ session_id: S, event_count: 2, assigned: false }]);
});
