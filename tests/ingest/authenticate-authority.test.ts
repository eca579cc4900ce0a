import { createHmac } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { asBrowser, asServer, makeProject, send, serveIngest, type TestProject } from "./support";

/** What each key may assert about identities (docs/identity.md R17). */
const ingest = serveIngest();
const SECRET = "tl_identify_for-this-test";
const hashOf = (user: string, secret = SECRET) => createHmac("sha256", secret).update(user).digest("hex");

let project: TestProject;
let signed: TestProject;
beforeAll(async () => {
  project = await makeProject();
  signed = await makeProject({ requireSignedIdentify: true, identifySecret: SECRET });
});

const post = (body: unknown, headers: Record<string, string>) => send(`${ingest.url()}/track`, body, headers);
const identify = (profileId: string, anonymousId: string, more: object = {}) => ({
  type: "identify",
  anonymousId,
  payload: { profileId, email: `${profileId}@example.com`, ...more },
});

/** User id → the devices whose history they own. */
async function owners(of: TestProject): Promise<Record<string, string[]>> {
  const { rows } = await pool().query(
    `SELECT u.ext_id AS user, array_remove(array_agg(d.ext_id ORDER BY d.ext_id), NULL) AS devices
       FROM identities u
       LEFT JOIN spans s ON s.project_id = u.project_id AND s.owner_id = u.id
       LEFT JOIN identities d ON d.project_id = s.project_id AND d.id = s.stream_id
      WHERE u.project_id = $1 AND u.kind = 'u' GROUP BY u.ext_id`,
    [of.id],
  );
  return Object.fromEntries(rows.map((row) => [row.user, row.devices]));
}

async function persons(of: TestProject): Promise<string[][]> {
  const { rows } = await pool().query<{ ids: string[] }>(
    "SELECT array_agg(ext_id ORDER BY ext_id) AS ids FROM identities WHERE project_id = $1 AND kind = 'u' GROUP BY profile_id ORDER BY 1",
    [of.id],
  );
  return rows.map((row) => row.ids);
}

describe("alias and unalias", () => {
  const message = (type: "alias" | "unalias") => ({ type, payload: { profileId: "ada", alias: "ada@example.com" } });

  test.each(["alias", "unalias"] as const)(
    "%s by a public client is refused, alone and within a batch, and nothing is stored",
    async (type) => {
      const alone = await post(message(type), asBrowser(project.write));
      expect(alone).toMatchObject({ status: 403, body: { error: { code: "forbidden", field: "type" } } });
      const batch = {
        batch: [{ type: "track", anonymousId: "neighbour", payload: { name: "kept" } }, message(type)],
      };
      const together = await post(batch, asBrowser(project.write));
      expect(together.body).toMatchObject({ accepted: 1, rejected: [{ index: 1, code: "forbidden" }] });
      expect(await persons(project)).toEqual([]);
    },
  );

  test("a root client's id without its secret is rejected too", async () => {
    expect((await post(message("alias"), asBrowser(project.root))).status).toBe(403);
  });

  test("with the secret they merge and separate", async () => {
    expect((await post(message("alias"), asServer(project.write))).status).toBe(200);
    expect(await persons(project)).toEqual([["ada", "ada@example.com"]]);
    expect((await post(message("unalias"), asServer(project.write))).status).toBe(200);
    expect(await persons(project)).toEqual([["ada"], ["ada@example.com"]]);
  });

  test("a wrong secret is an error, not a public client", async () => {
    const wrong = { ...asServer(project.write), "throughline-client-secret": "tl_write_wrong" };
    expect((await post(message("alias"), wrong)).status).toBe(401);
  });
});

describe("a project that requires signed identities", () => {
  test.each([
    ["without a hash", {}],
    ["with the hash of somebody else", { hash: hashOf("mallory") }],
    ["with a hash under another key", { hash: hashOf("victim", "guessed") }],
    ["with something that is not a hash", { hash: "0".repeat(63) }],
    ["with a list for a hash", { hash: [hashOf("victim")] }],
  ])("treats an identify %s as anonymous: nobody gets the device", async (_what, more) => {
    const { status, body } = await post(identify("victim", "attacker", more), asBrowser(signed.write));
    if (status === 200) expect(JSON.stringify(body.warnings)).toContain("unsigned user id ignored");
    else expect(status).toBe(400);
    expect(await owners(signed)).not.toHaveProperty("victim");
  });

  test("does the same with an event that names a user", async () => {
    const event = { type: "track", anonymousId: "attacker", payload: { name: "bought", profileId: "victim" } };
    expect((await post(event, asBrowser(signed.write))).status).toBe(200);
    expect(await owners(signed)).not.toHaveProperty("victim");
  });

  test("accepts a valid hash: the device's history becomes the user's", async () => {
    await post({ type: "track", anonymousId: "own", payload: { name: "before" } }, asBrowser(signed.write));
    const { body } = await post(identify("grace", "own", { hash: hashOf("grace") }), asBrowser(signed.write));
    expect(body.warnings).toBeUndefined();
    expect(await owners(signed)).toMatchObject({ grace: ["own"] });
  });

  test("trusts the customer's server without one", async () => {
    expect((await post(identify("server-side", "kept-id"), asServer(signed.write))).status).toBe(200);
    expect(await owners(signed)).toMatchObject({ "server-side": ["kept-id"] });
  });
});
