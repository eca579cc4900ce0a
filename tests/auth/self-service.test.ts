import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, expect, test } from "vitest";
import { GET, POST } from "@/app/my-data/route";
import { flushAccessLog, recordAccess } from "@/lib/access-log/access-log.store";
import { requireSelfServiceLink } from "@/lib/auth/self-service";
import { pool } from "@/lib/db/pool";
import { newId } from "@/lib/ids";
import { refreshAllFacts } from "@/lib/jobs/facts";
import { endSelfService, newSelfServiceSecret } from "@/lib/projects/self-service.store";
import { grantScope } from "@/lib/scope";
import { track } from "../api/who";
import { makeProject, type TestProject } from "../ingest/support";

const ORIGIN = "http://127.0.0.1:3000";
let project: TestProject;
let secret: string;
const scopeOf = ({ id }: TestProject) => grantScope(id, "system:test");

beforeAll(async () => {
  project = await makeProject();
  secret = await newSelfServiceSecret(scopeOf(project));
  for (const user of ["ada", "bob", "zoe"])
    await track(project, {
      batch: [
        { type: "identify", payload: { profileId: user, firstName: `<b>${user}</b>`, properties: { of: user } } },
        { type: "track", payload: { name: `secret_of_${user}`, profileId: user } },
      ],
    });
});
afterAll(() => flushAccessLog());

type Claims = { sub?: unknown; exp?: unknown };
const inAnHour = () => Math.floor(Date.now() / 1_000) + 3_600;

const linkFor = (claims: Claims, key = secret): string => signed(JSON.stringify(claims), key);

function signed(text: string, key = secret): string {
  const payload = Buffer.from(text).toString("base64url");
  return `${payload}.${createHmac("sha256", key).update(payload).digest("base64url")}`;
}

const open = (link: string, more: Record<string, string> = {}, headers = {}) =>
  GET(new Request(`${ORIGIN}/my-data?${new URLSearchParams({ project: project.id, link, ...more })}`, { headers }));
const submit = (link: string, more: Record<string, string>) =>
  POST(
    new Request(`${ORIGIN}/my-data`, {
      method: "POST",
      body: new URLSearchParams({ project: project.id, link, ...more }),
    }),
  );

test("a signed link shows its user what is stored about them, and nobody else's, without script or cookie", async () => {
  const response = await open(linkFor({ sub: "ada", exp: inAnHour() }));
  expect(response.status).toBe(200);
  expect(response.headers.get("content-security-policy")).toBe(
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  );
  expect(response.headers.get("x-robots-tag")).toBe("noindex");
  expect(response.headers.get("referrer-policy")).toBe("no-referrer");
  expect(response.headers.get("cache-control")).toBe("private, no-store");
  expect(response.headers.has("set-cookie")).toBe(false);
  const text = await response.text();
  expect(text).toContain("&lt;b&gt;ada&lt;/b&gt;");
  expect(text).not.toMatch(/<script|<b>ada|bob|zoe/);
});

test("companies are listed by name", async () => {
  const other = await makeProject();
  const key = await newSelfServiceSecret(scopeOf(other));
  await track(other, { type: "group", payload: { id: "c-17", type: "company", name: "Engine <Works>" } });
  await track(other, { type: "assign_group", payload: { groupIds: ["c-17", "c-18"], profileId: "cara" } });
  await refreshAllFacts(pool(), other.id);
  const text = await (await open(linkFor({ sub: "cara", exp: inAnHour() }, key), { project: other.id })).text();
  expect(text).toMatch(/Companies<\/th><td>(?:Engine &lt;Works&gt;, c-18|c-18, Engine &lt;Works&gt;)</);
});

test("the download is their zip, and the access log records view and download as their own", async () => {
  recordAccess({ projectId: project.id, at: Date.now(), actor: `member:${newId()}`, act: "person", person: "u:ada" });
  await flushAccessLog();
  const response = await open(linkFor({ sub: "ada", exp: inAnHour() }), { step: "download" });
  const files = unzipSync(new Uint8Array(await response.arrayBuffer()));
  const data = Buffer.from(files["data.json"] ?? []).toString();
  expect(JSON.parse(data).events.map(({ name }: { name: string }) => name)).toContain("secret_of_ada");
  expect(data).not.toMatch(/bob|zoe/);
  expect(JSON.parse(data).lookedAtBy.map(({ who }: { who: string }) => who)).toContain("a member of the team");
  await flushAccessLog();
  const { rows } = await pool().query(
    `SELECT l.what, i.ext_id AS who FROM access_log l JOIN identities i ON i.project_id = l.project_id AND i.id = l.person
      WHERE l.project_id = $1 AND l.actor = 'self:link' ORDER BY l.id`,
    [project.id],
  );
  expect(rows).toEqual([
    { what: "person", who: "ada" },
    { what: "export_person", who: "ada" },
  ]);
});

test("a person runs at most two downloads at once, whatever links they have, and nobody waits for them", async () => {
  const begin = (sub: string, exp: number) => open(linkFor({ sub, exp }), { step: "download" });
  const running = [await begin("ada", inAnHour()), await begin("ada", inAnHour() + 1)];
  const third = await begin("ada", inAnHour() + 2);
  const other = await begin("zoe", inAnHour());
  expect([...running, third, other].map(({ status }) => status)).toEqual([200, 200, 429, 200]);
  for (const { body } of [...running, other]) await body?.cancel();
});

test("what a person's requests are counted under is the same for all their links, and does not reveal them", async () => {
  const keyOf = async (sub: string, exp: number) =>
    (await requireSelfServiceLink(new Headers(), { projectId: project.id, link: linkFor({ sub, exp }) }, Date.now()))
      .key;
  const key = await keyOf("ada", inAnHour());
  expect(await keyOf("ada", inAnHour() + 1)).toBe(key);
  expect(await keyOf("zoe", inAnHour())).not.toBe(key);
  expect(key).not.toMatch(/ada|YWRh/);
});

test("every invalid link gets the same answer", async () => {
  const other = await makeProject();
  const otherSecret = await newSelfServiceSecret(scopeOf(other));
  const now = Math.floor(Date.now() / 1_000);
  const good = linkFor({ sub: "ada", exp: inAnHour() });
  const bad: Record<string, [link: string, projectId?: string]> = {
    "another project's secret": [linkFor({ sub: "ada", exp: inAnHour() }, otherSecret)],
    "another project": [good, other.id],
    "no such project": [good, newId()],
    "no project": [good, "x"],
    expired: [linkFor({ sub: "ada", exp: now - 1 })],
    "signed for more than a day": [linkFor({ sub: "ada", exp: now + 25 * 3_600 })],
    "another user under the same signature": [
      `${linkFor({ sub: "bob", exp: inAnHour() }).split(".")[0]}.${good.split(".")[1]}`,
    ],
    "a changed signature": [`${good.slice(0, -2)}AA`],
    "no signature": [`${good.split(".")[0]}.`],
    "no user": [linkFor({ exp: inAnHour() })],
    "an object for a user": [linkFor({ sub: { a: 1 }, exp: inAnHour() })],
    "no end": [linkFor({ sub: "ada" })],
    nothing: [""],
    "a long text": ["a".repeat(10_000)],
  };
  const answers = new Set<string>();
  for (const [what, [link, projectId = project.id]] of Object.entries(bad)) {
    const response = await open(link, { project: projectId });
    expect([response.status, response.headers.get("content-type")], what).toEqual([404, "text/html; charset=utf-8"]);
    answers.add(await response.text());
    expect((await submit(link, { project: projectId, step: "erase", sure: "yes" })).status, what).toBe(404);
  }
  expect([...answers]).toHaveLength(1);
});

test("a deleted project's links do not work, nor those of a deleted organization, unless it is restored", async () => {
  const other = await makeProject();
  const link = linkFor({ sub: "ada", exp: inAnHour() }, await newSelfServiceSecret(scopeOf(other)));
  const status = async () => (await open(link, { project: other.id })).status;
  for (const of of [
    "projects WHERE id = $1",
    "organizations WHERE id = (SELECT organization_id FROM projects WHERE id = $1)",
  ]) {
    const erase = (at: string) =>
      pool().query(`UPDATE ${of.replace("WHERE", `SET erase_at = ${at} WHERE`)}`, [other.id]);
    await erase("now() + interval '7 days'");
    expect(await status(), of).toBe(404);
    await erase("NULL");
    expect(await status(), of).toBe(200);
  }
});

test("a long number is its own user, not the one that a double rounds it to", async () => {
  const other = await makeProject();
  const key = await newSelfServiceSecret(scopeOf(other));
  await track(other, { batch: [{ type: "identify", payload: { profileId: "9007199254740992", firstName: "Eve" } }] });
  const link = signed(`{"sub":9007199254740993,"exp":${inAnHour()}}`, key);
  expect(await (await open(link, { project: other.id })).text()).toContain("Nothing is stored about you");
});

test("somebody the project does not know sees that nothing is stored", async () => {
  for (const sub of ["nobody", "null", 4711]) {
    const response = await open(linkFor({ sub, exp: inAnHour() }));
    expect([response.status, (await response.text()).includes("Nothing is stored about you")]).toEqual([200, true]);
  }
});

test("erasing needs a confirmation, works like any erasure, and affects nobody else", async () => {
  const link = linkFor({ sub: "bob", exp: inAnHour() });
  expect(await (await open(link, { step: "erase" })).text()).toContain('method="post"');
  const doubts: Record<string, string>[] = [
    { step: "erase" },
    { step: "download", sure: "yes" },
    { step: "erase", sure: "no" },
  ];
  for (const unsure of doubts) {
    const refused = await submit(link, unsure);
    expect([refused.status, (await refused.text()).includes("Nothing was erased")]).toEqual([422, true]);
  }
  expect((await submit(link, { step: "erase", sure: "yes", more: "a".repeat(20_000) })).status, "too long").toBe(413);
  const { rows: before } = await pool().query("SELECT 1 FROM erase_jobs WHERE project_id = $1", [project.id]);
  expect(before).toEqual([]);
  const done = await submit(link, { step: "erase", sure: "yes" });
  const { rows } = await pool().query<{ id: string; by: string }>(
    "SELECT id, requested_by AS by, receipt FROM erase_jobs WHERE project_id = $1",
    [project.id],
  );
  // Whoever goes on using the product gets a new record, as the page says.
  expect(rows).toMatchObject([{ by: "self:link", receipt: { suppressed: false } }]);
  expect([done.status, (await done.text()).includes(rows[0]?.id ?? "?")]).toEqual([200, true]);
  const { rows: left } = await pool().query("SELECT ext_id FROM identities WHERE project_id = $1 ORDER BY 1", [
    project.id,
  ]);
  expect(left).toEqual([{ ext_id: "ada" }, { ext_id: "zoe" }]);
  expect(await (await open(link)).text()).toContain("was erased on");
});

test("the link from the documentation works, a new secret ends it, and so does switching off", async () => {
  const guide = readFileSync(new URL("../../docs/guide/self-service.md", import.meta.url), "utf8");
  const code = /```js\n([\s\S]*?)```/.exec(guide)?.[1] ?? "";
  const env = { THROUGHLINE_SELF_SERVICE_SECRET: secret, THROUGHLINE_PROJECT_ID: project.id, THROUGHLINE_URL: ORIGIN };
  Object.assign(process.env, env);
  Object.assign(globalThis, { user: { id: "zoe" } });
  let run = 0;
  const status = async () => {
    const { href } = await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(`${code}//${++run}`)}`);
    return (await GET(new Request(href))).status;
  };
  expect(await status()).toBe(200);
  process.env.THROUGHLINE_SELF_SERVICE_SECRET = await newSelfServiceSecret(scopeOf(project));
  expect(await (await open(linkFor({ sub: "zoe", exp: inAnHour() }))).status).toBe(404);
  expect(await status()).toBe(200);
  await endSelfService(scopeOf(project));
  expect(await status()).toBe(404);
  for (const name of Object.keys(env)) delete process.env[name];
  Reflect.deleteProperty(globalThis, "user");
});

test("requests are limited per person, and per network", async () => {
  const limited = await newSelfServiceSecret(scopeOf(project));
  const statusesOf = async (ask: () => Promise<Response>, times: number) => {
    const statuses: number[] = [];
    for (let n = 0; n < times; n++) statuses.push((await ask()).status);
    return statuses;
  };
  // A page of the customer's signs a new link each time that it is opened.
  let more = 0;
  const newLink = (sub: string) => linkFor({ sub, exp: inAnHour() + more++ }, limited);
  const person = await statusesOf(() => open(newLink("nobody else")), 40);
  expect([person[0], person.at(-1)]).toEqual([200, 429]);
  expect((await open(newLink("another"))).status).toBe(200);
  const stranger = { "x-forwarded-for": "203.0.113.9" };
  const network = await statusesOf(() => open("x.y", {}, stranger), 80);
  expect([network[0], network.at(-1)]).toEqual([404, 429]);
  expect(Number((await open("x.y", {}, stranger)).headers.get("retry-after"))).toBeGreaterThan(0);
  expect((await open("x.y", {}, { "x-forwarded-for": "203.0.114.9" })).status).toBe(404);
  // An inner address may be everybody's: the proxy's own.
  const inner = await statusesOf(() => open("x.y", {}, { "x-forwarded-for": "10.0.0.5" }), 80);
  expect(new Set(inner)).toEqual(new Set([404]));
});
