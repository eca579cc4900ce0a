import { beforeAll, describe, expect, test } from "vitest";
import { POST as newSecret } from "@/app/api/v1/project/identify-secret/route";
import { GET, PATCH } from "@/app/api/v1/project/route";
import { openApiDocument } from "@/lib/api/openapi";
import { pool } from "@/lib/db/pool";
import { newId } from "@/lib/ids";
import { settingValues } from "@/lib/projects/projects.queries";
import { SETTING_GROUPS, type Setting } from "@/lib/projects/setting-kinds";
import { fieldsOf, PROJECT_SETTINGS, SETTING_KEYS, type SettingKey } from "@/lib/projects/setting-list";
import { updateProjectFromText } from "@/lib/projects/settings.store";
import { grantScope } from "@/lib/scope";
import { HELP, readCall } from "../../scripts/admin/cli";
import { asBrowser, asServer, makeProject, send, serveIngest, type TestProject } from "../ingest/support";

const ingest = serveIngest();
const URL_OF_PROJECT = "http://127.0.0.1/api/v1/project";
const scopeOf = ({ id }: TestProject) => grantScope(id, "system:test");
let shop: TestProject;
beforeAll(async () => {
  shop = await makeProject();
});

/** Another value than `now`, as somebody would type it, and as it is stored. */
const SEGMENTS = [newId(), newId()];

function other(key: SettingKey, now: unknown): { text: string; value: unknown } {
  const setting: Setting = PROJECT_SETTINGS[key];
  switch (setting.kind) {
    case "switch":
      return { text: now ? "off" : "on", value: !now };
    case "number":
      return { text: String(setting.min + 1), value: setting.min + 1 };
    case "list":
      if (key === "eventRetention") return { text: "ping: 30\nbuy: 0", value: ["ping: 30", "buy: 0"] };
      if (key === "internalProperties") return { text: "role=staff\ntest=true", value: ["role=staff", "test=true"] };
      if (key === "internalSegments") return { text: SEGMENTS.join("\n"), value: SEGMENTS };
      return { text: "one.example\ntwo.example", value: ["one.example", "two.example"] };
    case "choice": {
      const value = setting.choices.find((choice) => choice.value !== now)?.value ?? "";
      return { text: value, value };
    }
    case "text":
      return { text: "other.example", value: "other.example" };
  }
}

describe("every setting can be set everywhere", () => {
  test("a project's columns are the settings, its keys and its creation time", async () => {
    const { rows } = await pool().query<{ column_name: string }>(
      "SELECT column_name FROM information_schema.columns WHERE table_name = 'projects' AND table_schema = current_schema()",
    );
    const camel = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    const keys = ["eraseKey", "identifySecret", "selfService"];
    const notSettings = [...keys, "createdAt", "eraseAt", "example", "id", "openToGuests", "organizationId"];
    expect(rows.map((row) => camel(row.column_name)).sort()).toEqual([...SETTING_KEYS, ...notSettings].sort());
  });

  test("the forms of the Settings page have each of them once", async () => {
    const values = await settingValues(scopeOf(shop));
    const shown = SETTING_GROUPS.flatMap((group) => fieldsOf(group, values)).map(({ key }) => key);
    expect(shown.sort()).toEqual([...SETTING_KEYS].sort());
  });

  test("the API's schemas have each of them", () => {
    const { schemas } = openApiDocument().components as { schemas: Record<string, { properties: object }> };
    for (const name of ["Project", "ProjectChanges"])
      expect(Object.keys(schemas[name]?.properties ?? {}).sort()).toEqual([...SETTING_KEYS].sort());
  });

  test.each(SETTING_KEYS)("%s: by form, by command and by API, and what is not named stays", async (key) => {
    const project = await makeProject();
    const before = await settingValues(scopeOf(project));
    const first = other(key, before[key]);

    await updateProjectFromText(scopeOf(project), { [key]: first.text });
    expect(await settingValues(scopeOf(project))).toEqual({ ...before, [key]: first.value });

    const option = key === "name" ? "rename" : key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    expect(HELP).toContain(`[--${option} `);
    const back = Array.isArray(before[key]) ? before[key].join(",") : String(before[key] ?? "");
    await readCall(["set-project", "--project", project.id, `--${option}`, back]).run(() => {});
    expect(await settingValues(scopeOf(project))).toEqual(before);

    const answer = await patch({ [key]: first.value }, project);
    expect(answer).toEqual({ status: 200, body: { ...before, [key]: first.value } });
    expect((await readCall(["show-project", "--project", project.id]).run(() => {})).json).toEqual(answer.body);
  });
});

async function patch(body: unknown, { root }: TestProject, headers: Record<string, string> = asServer(root)) {
  const response = await PATCH(new Request(URL_OF_PROJECT, { method: "PATCH", headers, body: JSON.stringify(body) }));
  return { status: response.status, body: await response.json() };
}

describe("the API of settings", () => {
  test.each([
    ["no key", () => ({}), 401],
    ["the public id alone", () => asBrowser(shop.write), 401],
    ["a write key", () => asServer(shop.write), 403],
    ["a read key", () => asServer(shop.read), 403],
  ] as const)("%s changes nothing", async (_who, headers, status) => {
    const before = await settingValues(scopeOf(shop));
    expect((await patch({ kiosk: true }, shop, headers() as Record<string, string>)).status).toBe(status);
    expect(await settingValues(scopeOf(shop))).toEqual(before);
  });

  test("a read key can read them, a write key cannot, and they contain no secret", async () => {
    const read = await GET(new Request(URL_OF_PROJECT, { headers: asServer(shop.read) }));
    expect(read.status).toBe(200);
    expect(Object.keys(await read.json()).sort()).toEqual([...SETTING_KEYS].sort());
    expect((await GET(new Request(URL_OF_PROJECT, { headers: asServer(shop.write) }))).status).toBe(403);
  });

  test.each([
    ["an unknown setting", { speed: 1 }, "speed"],
    ["another type", { kiosk: "on" }, "kiosk"],
    ["an entry that is not an origin", { allowedOrigins: ["https://a.test", "my shop"] }, "allowedOrigins.1"],
    ["a number out of its range", { maxLatenessDays: 0 }, "maxLatenessDays"],
    ["an empty name", { name: " " }, "name"],
  ])("%s is refused by its name", async (_what, body, field) => {
    expect(await patch(body, shop)).toMatchObject({ status: 400, body: { error: { field } } });
  });

  test("a key changes its own project and no other", async () => {
    const neighbour = await makeProject();
    const before = await settingValues(scopeOf(neighbour));
    await patch({ name: "Mine" }, shop);
    expect(await settingValues(scopeOf(neighbour))).toEqual(before);
  });
});

describe("settings take effect at once", () => {
  const hit = (project: TestProject, origin: string, body: object = {}) =>
    send(
      `${ingest.url()}/track`,
      { type: "track", payload: { name: "click" }, ...body },
      { ...asBrowser(project.write), origin },
    );

  test("an app and a second domain are accepted once they are listed", async () => {
    const project = await makeProject({ domain: "shop.example" });
    expect((await hit(project, "capacitor://localhost")).status).toBe(403);
    expect((await hit(project, "https://other.example")).status).toBe(403);
    await updateProjectFromText(scopeOf(project), { allowedOrigins: "capacitor://localhost, https://other.example" });
    for (const origin of ["capacitor://localhost", "https://other.example", "https://www.shop.example"])
      expect((await hit(project, origin)).status, origin).toBe(200);
    expect((await hit(project, "https://third.example")).status).toBe(403);
  });

  test("an ignored id no longer names anybody", async () => {
    const project = await makeProject();
    await updateProjectFromText(scopeOf(project), { blockedIds: "demo-user" });
    await hit(project, "https://a.test", { payload: { name: "click", profileId: "demo-user" } });
    const { rows } = await pool().query("SELECT kind FROM identities WHERE project_id = $1", [project.id]);
    expect(rows.map(({ kind }) => kind)).toEqual(["a"]);
  });

  test("an event older than the allowed days is rejected", async () => {
    const project = await makeProject();
    const timestamp = new Date(Date.now() - 3 * 86_400_000).toISOString();
    expect((await hit(project, "https://a.test", { timestamp })).status).toBe(200);
    await updateProjectFromText(scopeOf(project), { maxLatenessDays: "2" });
    expect((await hit(project, "https://a.test", { timestamp })).body.error?.message).toContain("2 days");
  });

  test("a new signing secret signs, and the old one does not", async () => {
    const { createHmac } = await import("node:crypto");
    const project = await makeProject();
    await updateProjectFromText(scopeOf(project), { requireSignedIdentify: "on" });
    const rotate = async () => {
      const request = new Request(`${URL_OF_PROJECT}/identify-secret`, {
        method: "POST",
        headers: asServer(project.root),
      });
      return ((await (await newSecret(request)).json()) as { identifySecret: string }).identifySecret;
    };
    const users = async () =>
      (await pool().query("SELECT ext_id FROM identities WHERE project_id = $1 AND kind = 'u'", [project.id])).rows.map(
        (row) => row.ext_id,
      );
    const identify = (id: string, secret: string) =>
      hit(project, "https://a.test", {
        type: "identify",
        payload: { profileId: id, hash: createHmac("sha256", secret).update(id).digest("hex"), plan: "pro" },
      });
    const old = await rotate();
    const secret = await rotate();
    await identify("mallory", old);
    await identify("ada", secret);
    expect(await users()).toEqual(["ada"]);
    const forbidden = new Request(`${URL_OF_PROJECT}/identify-secret`, {
      method: "POST",
      headers: asServer(project.read),
    });
    expect((await newSecret(forbidden)).status).toBe(403);
  });
});
