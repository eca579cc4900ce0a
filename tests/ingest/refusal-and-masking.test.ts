import { randomBytes } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { recentMessages } from "@/lib/debugger/relay";
import { setEraser } from "@/lib/ingest/corrections/eraser";
import { REFUSALS } from "@/lib/ingest/privacy/refusal";
import { refusalsSince } from "@/lib/ingest/privacy/refusal-counts.queries";
import { countRefusal, flushRefusals } from "@/lib/ingest/privacy/refusal-counts.store";
import { refreshAllFacts, refreshFacts } from "@/lib/jobs/facts";
import { dataCounts } from "@/lib/privacy/data-counts.queries";
import { grantScope } from "@/lib/scope";
import { ALL, encoded, filled } from "@/tests/fuzz/requests";
import type { Template } from "@/tests/fuzz/template";
import { asBrowser, asServer, eventsOf, makeProject, send, serveIngest, type TestProject } from "./support";

// The visitor's address comes through one proxy, so that it occurs nowhere else.
process.env.TRUSTED_PROXIES = "1";
const IP = "203.0.113.77";
const AGENT =
  "Mozilla/5.0 (X11; Linux x86_64; Zq7Unmistakable) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";
const GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";

const server = serveIngest();
const track = () => `${server.url()}/track`;
const from = (project: TestProject, headers: Record<string, string> = {}) => ({
  ...asBrowser(project.write),
  "x-forwarded-for": IP,
  "user-agent": AGENT,
  ...headers,
});
const scopeOf = (project: TestProject) => grantScope(project.id, "system:test");
const today = () => new Date().toISOString().slice(0, 10);

/** Every row of every table and materialized view in all schemas except Postgres's own, by name. */
async function dumpTables(): Promise<Map<string, string>> {
  const { rows: tables } = await pool().query<{ name: string }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'm') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'`,
  );
  const dumped = new Map<string, string>();
  for (const { name } of tables) {
    const { rows } = await pool().query(`SELECT t::text AS row FROM ${name} t`);
    dumped.set(name.replace("public.", ""), rows.map(({ row }) => row).join("\n"));
  }
  return dumped;
}
const dump = async (): Promise<string> => [...(await dumpTables()).values()].join("\n");

/** As text, and as a bytea column would show it. */
const shapesOf = (value: string): string[] => [value, Buffer.from(value).toString("hex")].map((it) => it.toLowerCase());

describe("a scripted visit in a cookieless project", () => {
  const SECRETS = {
    email: "ada.unmistakable@private.example",
    other: "eve.unmistakable@private.example",
    reset: randomBytes(24).toString("hex"),
    jwt: `eyJhbGciOiJIUzI1NiJ9.${randomBytes(20).toString("base64url")}.${randomBytes(32).toString("base64url")}`,
    click: "Cj0KCQjwUnmistakable",
    session: "sid-unmistakable-1",
    card: "4242-unmistakable",
    street: "Unmistakable Street 5",
    device: "5d0c7a3e-1111-7000-8000-00000000abcd",
    visit: "5d0c7a3e-2222-7000-8000-00000000abcd",
  };
  let project: TestProject;

  beforeAll(async () => {
    project = await makeProject({ recognition: "cookieless", deniedProperties: ["Card", "address.street"] });
    const page = `https://shop.example/users/${SECRETS.email}/reset/${SECRETS.reset}?gclid=${SECRETS.click}&session_id=${SECRETS.session}&ref=${SECRETS.other}&utm_campaign=spring`;
    const messages = [
      {
        type: "track",
        payload: {
          name: "screen_view",
          properties: {
            __path: page,
            __title: `Account of ${SECRETS.email}`,
            __referrer: `https://mail.example/${SECRETS.jwt}?q=${SECRETS.email}`,
          },
        },
      },
      {
        type: "track",
        payload: {
          name: `mailed ${SECRETS.email}`,
          properties: {
            __path: page,
            href: `https://partner.example/join?invite=${SECRETS.jwt}&to=${SECRETS.email}`,
            card: SECRETS.card,
            nested: [{ CARD: SECRETS.card }],
            plan: "pro",
          },
        },
      },
      {
        type: "identify",
        payload: {
          profileId: "u_1",
          plan: "pro",
          card: SECRETS.card,
          address: { street: SECRETS.street, city: "Bern" },
        },
      },
      { type: "group", payload: { id: "acme", properties: { card: SECRETS.card, seats: 3 } } },
      { type: "assign_group", payload: { profileId: "u_1", groupIds: ["acme"] } },
      { type: "increment", payload: { profileId: "u_1", property: "card", value: 4242 } },
    ].map((message) => ({ ...message, anonymousId: SECRETS.device, sessionId: SECRETS.visit }));
    const { body } = await send(track(), { batch: messages }, from(project));
    expect(body).toMatchObject({ accepted: messages.length, rejected: [] });
    await send(track(), { type: "refused", payload: { reason: "gpc" } }, from(project));
    await flushRefusals();
    // Derived data: people's facts, event counts, segments.
    const { rows } = await pool().query<{ person: number }>(
      `SELECT DISTINCT CASE WHEN kind = 'u' THEN profile_id ELSE -id END AS person FROM identities WHERE project_id = $1`,
      [project.id],
    );
    await refreshFacts(
      pool(),
      project.id,
      rows.map(({ person }) => person),
    );
  });

  test("leaves neither address nor browser nor anything masked or denied in any table", async () => {
    const tables = await dumpTables();
    // Data that may be stored is there: each of these tables took part.
    const named = (text: string) => [...tables].filter(([, rows]) => rows.includes(text)).map(([name]) => name);
    expect(named("spring")).toContain("sessions");
    expect(named("/users/[email]")).toContain("events");
    expect(named("Bern")).toEqual(expect.arrayContaining(["profiles"]));
    expect(named("acme")).toEqual(expect.arrayContaining(["accounts", "account_members"]));
    for (const name of ["sessions", "identities", "profile_facts", "person_events", "refusals", "salts"])
      expect(tables.get(name), name).not.toBe("");
    const found = Object.entries({ ip: IP, agent: AGENT, mark: "Zq7Unmistakable", ...SECRETS }).flatMap(
      ([what, value]) =>
        [...tables]
          .filter(([, rows]) => shapesOf(value).some((it) => rows.toLowerCase().includes(it)))
          .map(([name]) => `${what} in ${name}`),
    );
    expect(found).toEqual([]);
  });

  test("nor in the debugger's data", () => {
    const kept = JSON.stringify(recentMessages(scopeOf(project)));
    expect(kept).toContain("screen_view");
    expect(Object.entries({ ip: IP, agent: AGENT, ...SECRETS }).filter(([, value]) => kept.includes(value))).toEqual(
      [],
    );
  });

  test("records on each event what was altered, in words", async () => {
    const events = await eventsOf(project);
    const byName = Object.fromEntries(events.map((event) => [event.name, event]));
    expect(byName.screen_view).toMatchObject({
      path: "/users/[email]/reset/[token]",
      referrer: "https://mail.example/[token]",
    });
    expect(byName.screen_view?.warnings?.toSorted()).toEqual([
      "e-mail address masked in the page",
      "e-mail address masked in the query",
      "e-mail address masked in the title",
      "query parameters not kept: gclid, session_id",
      "token masked in the page",
      "token masked in the referrer",
    ]);
    const mailed = byName["mailed [email]"];
    expect(mailed?.properties).toMatchObject({ href: "https://partner.example/join", plan: "pro", nested: [{}] });
    expect(mailed?.warnings).toEqual(
      expect.arrayContaining([
        "property not kept: card",
        "query parameters not kept: invite, to",
        "e-mail address masked in the event's name",
      ]),
    );
    const { rows } = await pool().query("SELECT props FROM profiles WHERE project_id = $1 AND display_id = 'u_1'", [
      project.id,
    ]);
    expect(rows).toEqual([{ props: expect.objectContaining({ plan: "pro" }) }]);
  });
});

test("every reason for which a message is refused can be stored in the counts", async () => {
  const project = await makeProject();
  for (const reason of REFUSALS) countRefusal(project.id, reason, Date.now());
  await flushRefusals();
  expect(await refusalsSince(scopeOf(project), today())).toEqual(
    Object.fromEntries(REFUSALS.map((reason) => [reason, 1])),
  );
});

test("entries of the do-not-store list are accepted, counted and not stored; their neighbours are stored", async () => {
  const project = await makeProject({ notStored: ["debug_*", "/health", "/admin/*"] });
  const at = (name: string, path: string) => ({
    type: "track",
    payload: { name, properties: { __path: `https://shop.example${path}` } },
  });
  const batch = [
    at("Debug_ping", "/"),
    at("screen_view", "/health"),
    at("screen_view", "/admin/users"),
    at("screen_view", "/healthy"),
  ];
  expect((await send(track(), { batch }, from(project))).body).toMatchObject({ accepted: 4, rejected: [] });
  expect((await send(track(), at("debug_x", "/"), from(project))).status).toBe(202);
  expect((await eventsOf(project)).map(({ path }) => path)).toEqual(["/healthy"]);
  await flushRefusals();
  expect(await refusalsSince(scopeOf(project), today())).toEqual({ not_stored: 4 });
  expect(recentMessages(scopeOf(project)).entries[0]).toMatchObject({
    status: "refused",
    reasons: ["'debug_*' is on the project's do-not-store list"],
  });
});

describe("counted but not stored", () => {
  test("visitors who object, reported by the SDK once per visit", async () => {
    const project = await makeProject();
    const refuse = (reason: string) => send(track(), { type: "refused", payload: { reason } }, from(project));
    expect([(await refuse("gpc")).status, (await refuse("gpc")).status, (await refuse("dnt")).status]).toEqual([
      202, 202, 202,
    ]);
    expect((await refuse("because")).body.error).toMatchObject({ code: "bad_request", field: "payload.reason" });
    await flushRefusals();
    expect(await refusalsSince(scopeOf(project), today())).toEqual({ gpc: 2, dnt: 1 });
    const everything = await dump();
    expect(everything).not.toContain(IP);
    const { rows } = await pool().query("SELECT * FROM identities WHERE project_id = $1", [project.id]);
    expect([rows, await eventsOf(project)]).toEqual([[], []]);
  });

  test("crawlers, separately", async () => {
    const project = await makeProject();
    const event = { type: "track", payload: { name: "screen_view" } };
    await send(track(), event, from(project, { "user-agent": GOOGLEBOT }));
    await flushRefusals();
    expect(await refusalsSince(scopeOf(project), today())).toEqual({ bot: 1 });
    expect(recentMessages(scopeOf(project)).entries).toMatchObject([
      { status: "refused", reasons: [expect.stringContaining("crawler")] },
    ]);
  });

  test("messages that SDKs dropped are added up; nonsense is not", async () => {
    const project = await makeProject();
    const event = () => ({ type: "track", payload: { name: "x" } });
    for (const dropped of [3, 4, 0, -5, 1e9, "7", 1.5])
      await send(track(), { dropped, batch: [event()] }, from(project));
    await flushRefusals();
    expect(await refusalsSince(scopeOf(project), today())).toEqual({ dropped: 7 });
    expect(recentMessages(scopeOf(project)).counters).toMatchObject({ dropped: 7, accepted: 7 });
  });

  test("while the database is unreachable counts wait, and are written later", async () => {
    const project = await makeProject();
    await send(track(), { type: "refused", payload: { reason: "opt_out" } }, from(project));
    const broken = { query: () => Promise.reject(new Error("away")) } as unknown as Parameters<typeof flushRefusals>[0];
    await expect(flushRefusals(broken)).rejects.toThrow("away");
    await flushRefusals();
    expect(await refusalsSince(scopeOf(project), today())).toEqual({ opt_out: 1 });
  });
});

describe("Sec-GPC and DNT in a request's headers", () => {
  const GPC = { "sec-gpc": "1" };
  const signup = (user = "u_gpc") => ({
    type: "track",
    anonymousId: SHORT_DEVICE,
    payload: { name: "signup", profileId: user },
  });
  /** Sends a recorded request as it was recorded, with more headers. */
  const replay = async (template: Template, project: TestProject, headers: Record<string, string>) => {
    const sent = encoded(template, JSON.stringify(filled(template.body, project.write)), project.write);
    const init = { method: sent.method, headers: { ...sent.headers, ...headers } };
    const { status } = await fetch(
      server.url() + sent.url,
      sent.body === undefined ? init : { ...init, body: sent.body },
    );
    return `${template.path} ${status}`;
  };
  const rowsOf = async ({ id }: TestProject) => {
    const tables = ["events", "identities", "sessions", "spans", "profiles", "accounts", "prop_ops"];
    const counts = tables.map((table) => `SELECT count(*)::int AS rows FROM ${table} WHERE project_id = '${id}'`);
    const { rows } = await pool().query<{ rows: number }>(counts.join(" UNION ALL "));
    return rows.map(({ rows: found }) => found);
  };

  test("refuse every message of every SDK: counted, answered as usual, and nothing stored", async () => {
    const untrusted = ALL.filter((one) => !/{secret}|Basic wrong|"dropped"|Googlebot/.test(JSON.stringify(one)));
    expect(untrusted.length).toBeGreaterThan(50);
    const [objecting, other] = [await makeProject(), await makeProject()];
    const answers: [string[], string[]] = [[], []];
    for (const template of untrusted) {
      answers[0].push(await replay(template, objecting, GPC));
      answers[1].push(await replay(template, other, {}));
    }
    expect(await rowsOf(objecting)).toEqual([0, 0, 0, 0, 0, 0, 0]);
    expect(Math.min(...(await rowsOf(other)).slice(0, 6))).toBeGreaterThan(0);
    const failed = (all: string[]) => all.filter((one) => !/ 20[02]$/.test(one));
    // An alias needs the secret, whoever sends it.
    expect(failed(answers[1])).toEqual(["/track 403"]);
    expect(failed(answers[0])).toEqual([]);
    await flushRefusals();
    const counted = await refusalsSince(scopeOf(objecting), today());
    expect(Object.keys(counted)).toEqual(["gpc"]);
    expect(counted.gpc).toBeGreaterThan(untrusted.length / 2);
    // Two recorded requests are objections themselves.
    expect(await refusalsSince(scopeOf(other), today())).toEqual({ gpc: 2 });
  });

  test("are shown by the debugger, without saying who it was", async () => {
    const project = await makeProject();
    expect((await send(track(), signup(), from(project, { dnt: "1" }))).status).toBe(202);
    const { entries } = recentMessages(scopeOf(project));
    expect(entries).toMatchObject([
      {
        status: "refused",
        name: "signup",
        user: null,
        device: null,
        reasons: [expect.stringContaining("Do Not Track")],
      },
    ]);
  });

  test("refuse neither what a server sends with the secret nor what a page has decided, nor anything if switched off", async () => {
    const project = await makeProject();
    await send(track(), signup("by server"), { ...asServer(project.write), ...GPC });
    // As our script sends: it looked at the signal itself, and somebody overruled it.
    await send(track(), { sentAt: new Date(), dropped: 0, batch: [signup("by script")] }, from(project, GPC));
    await send(track(), { ...signup("by decision"), decided: true }, from(project, GPC));
    await send(track(), { decided: "no", batch: [signup("nobody")] }, from(project, GPC));
    const off = await makeProject({ respectSignals: false });
    await send(track(), signup("switched off"), from(off, GPC));
    expect((await eventsOf(project)).map(({ user }) => user).sort()).toEqual(["by decision", "by script", "by server"]);
    expect((await eventsOf(off)).map(({ user }) => user)).toEqual(["switched off"]);
  });

  test("count an objection sent by our script under its own reason, once", async () => {
    const project = await makeProject();
    for (const reason of ["gpc", "opt_out"])
      await send(track(), { type: "refused", payload: { reason } }, from(project, GPC));
    await flushRefusals();
    expect(await refusalsSince(scopeOf(project), today())).toEqual({ gpc: 1, opt_out: 1 });
  });

  test("do not keep a server from erasing somebody", async () => {
    const project = await makeProject();
    const key = `${project.root.clientId}:${project.root.clientSecret}`;
    const erasures: string[] = [];
    setEraser(async (_project, userId) => void erasures.push(userId));
    const erased = await send(`${server.url()}/engage`, [{ $token: key, $distinct_id: "u_gpc", $delete: "" }], GPC);
    expect([erased.status, erasures]).toEqual([200, ["u_gpc"]]);
  });
});

test("the data map counts what a project holds, and no other project's", async () => {
  const [project, other] = [await makeProject(), await makeProject()];
  const before = await dataCounts(scopeOf(project));
  expect([...before.values()].reduce((sum, { rows }) => sum + rows, 0)).toBe(
    before.get("Settings of the project")?.rows,
  );
  const batch = ["a", "b", "c"].map((name) => ({ type: "track", payload: { name, profileId: "u_1" } }));
  for (const one of [project, other]) await send(track(), { batch }, from(one));
  await refreshAllFacts(pool(), project.id);
  const counts = await dataCounts(scopeOf(project));
  const today_ = Date.parse(today());
  expect(counts.get("Events")).toEqual({ rows: 3, isExact: true, from: today_, to: today_ });
  expect(counts.get("Visits")).toMatchObject({ rows: 1, isExact: true });
  expect(counts.get("People and their properties")?.rows).toBeGreaterThan(0);
  expect([counts.get("Notes"), counts.has("Members")]).toEqual([
    { rows: 0, isExact: true, from: null, to: null },
    false,
  ]);
});

describe("the debugger", () => {
  test("shows each message's outcome and the reason", async () => {
    const project = await makeProject();
    const id = "0192f0b2-0000-7000-8000-000000000001";
    const ok = {
      type: "track",
      id,
      anonymousId: SHORT_DEVICE,
      payload: { name: "signup", profileId: "user_123456", properties: { card: "4242" } },
    };
    const batch = [
      ok,
      { type: "track", payload: { name: "paid", profileId: "null", properties: { iban: "DE1" } } },
      { type: "track", payload: { name: "" } },
      { type: "track", timestamp: "2001-01-01T00:00:00Z", payload: { name: "ancient", profileId: "ada@example.com" } },
      { type: "nonsense", payload: {} },
      "nothing",
      { type: "replay", payload: {} },
    ];
    await send(track(), { batch }, from(project));
    await send(track(), ok, from(project));
    const { entries } = recentMessages(scopeOf(project));
    expect(
      entries.map(({ status, type, name, user, device, field }) => [status, type, name, user, device, field]),
    ).toEqual([
      ["accepted", "track", "signup", "user_1…", "5d0c7a3e…", null],
      ["altered", "track", "paid", "nu…", null, null],
      ["rejected", "track", "", null, null, "payload.name"],
      ["rejected", "track", "ancient", "[email]", null, "timestamp"],
      ["rejected", "nonsense", null, null, null, "type"],
      ["rejected", "message", null, null, null, null],
      ["accepted", "replay", null, null, null, null],
      ["duplicate", "track", "signup", "user_1…", "5d0c7a3e…", null],
    ]);
    expect(entries[1]?.reasons).toEqual(["blocked id: 'null'"]);
    expect(entries[3]?.reasons[0]).toMatch(/Older than 90 days/);
    expect(JSON.stringify(entries)).not.toMatch(/4242|DE1|iban|card/);
  });

  test("shows requests rejected as a whole: another site's page, a wrong secret, a read-only key", async () => {
    const project = await makeProject({ domain: "shop.example" });
    const event = { type: "track", payload: { name: "x", properties: { secret: "s" } } };
    await send(track(), event, from(project, { origin: "https://evil.example" }));
    await send(track(), event, { ...asServer(project.write), "throughline-client-secret": "wrong" });
    await send(track(), event, asServer(project.read));
    await send(track(), { batch: Array.from({ length: 501 }, () => event) }, asServer(project.write));
    expect(recentMessages(scopeOf(project)).entries.map(({ status, reasons }) => [status, reasons[0]])).toEqual([
      ["refused", expect.stringContaining("https://evil.example")],
      ["refused", expect.stringContaining("secret is wrong")],
      ["refused", expect.stringContaining("only reads")],
      ["rejected", expect.stringContaining("at most 500")],
    ]);
  });
});

const SHORT_DEVICE = "5d0c7a3e-1111-7000-8000-00000000abcd";
