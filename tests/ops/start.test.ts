import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { describe, expect, test } from "vitest";
import { isAlive } from "../../scripts/lock.mjs";
import { freePort } from "../../scripts/postgres";
import {
  type App,
  createProject,
  type Env,
  isUp,
  launch,
  newDataDir,
  newPostgres,
  preparedDataDir,
  start,
} from "./instance";

const health = async (url: string) => (await fetch(`${url}/api/health`)).status;
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

let shared: Promise<App> | undefined;
/** An instance for the tests that only send requests. */
function running(): Promise<App> {
  shared ??= preparedDataDir().then(({ dataDir }) => start({ DATA_DIR: dataDir }));
  return shared;
}

let external: Promise<string> | undefined;
/** A Postgres that is not the app's own, empty until the one test that migrates it. */
function externalPostgres(): Promise<string> {
  external ??= newPostgres();
  return external;
}

/** Starts with this environment, expecting it to exit: its exit code and standard error. */
async function refusal(env: Env): Promise<{ code: number | null; message: string }> {
  const app = await launch({ DATA_DIR: newDataDir(), ...env });
  const code = await app.exited;
  expect(app.stdout()).toBe("");
  return { code, message: app.stderr().trim() };
}

describe("npm start", () => {
  test("on embedded Postgres prints its URL, the data folder and how to stop, and stops everything on SIGTERM", async () => {
    const dataDir = newDataDir();
    const app = await start({ DATA_DIR: dataDir });
    expect(app.stdout().trim().split("\n")).toEqual([
      `Throughline is at ${app.url}`,
      `Its data is in ${dataDir}/postgres (embedded Postgres)`,
      "To stop it, press Ctrl-C",
    ]);
    expect(await health(app.url)).toBe(200);
    const postgres = Number(
      readFileSync(join(dataDir, "postgres", "cluster", "postmaster.pid"), "utf8").split("\n")[0],
    );
    expect(isAlive(postgres)).toBe(true);

    for (const secret of ["auth-secret", "instance.json", "postgres/password"]) {
      expect(`${secret} ${modeOf(join(dataDir, secret))}`).toBe(`${secret} 600`);
    }

    app.process.kill("SIGTERM");
    app.process.kill("SIGTERM"); // npm may forward it a second time
    expect(await app.exited).toBe(0);
    expect(isAlive(postgres)).toBe(false);
    await expect(fetch(app.url)).rejects.toThrow();
  });

  test("keeps its data and its secret across a restart", async () => {
    const { dataDir, project } = await preparedDataDir(); // its project was created on a stopped instance
    const first = await start({ DATA_DIR: dataDir });
    const another = await createProject({ DATA_DIR: dataDir }); // on a running one, too
    expect(another.projectId).not.toBe(project.projectId);
    const secret = readFileSync(join(dataDir, "auth-secret"), "utf8");
    first.process.kill("SIGINT");
    expect(await first.exited).toBe(0);

    const second = await start({ DATA_DIR: dataDir });
    expect(readFileSync(join(dataDir, "auth-secret"), "utf8")).toBe(secret);
    for (const { clientId } of [project.write, another.write]) {
      const answer = await fetch(`${second.url}/track`, {
        method: "POST",
        headers: { "openpanel-client-id": clientId, "content-type": "application/json" },
        body: JSON.stringify({ type: "track", payload: { name: "hello" } }),
      });
      expect(answer.status).toBe(200);
    }
    second.process.kill("SIGTERM");
    expect(await second.exited).toBe(0);
  });

  test("rejects a URL that cannot be decoded: the API in its error shape, pages as not found", async () => {
    const app = await running();
    const api = await fetch(`${app.url}/api/v1/profiles/%E0%A4%A`);
    expect([api.status, await api.json()]).toEqual([
      400,
      { error: { code: "bad_request", message: expect.any(String) } },
    ]);
    const long = "x".repeat(9_000);
    const without = await fetch(`${app.url}/api/v1/profiles//events?search=${long}`, { redirect: "manual" });
    expect([without.status, await without.json()]).toMatchObject([404, { error: { code: "not_found" } }]);
    const hostlike = await fetch(`${app.url}//login?next=${long}`, { redirect: "manual" });
    expect([hostlike.status, hostlike.headers.get("location")]).toEqual([308, `/login?next=${long}`]);
    expect((await fetch(`${app.url}/docs//install?next=${long}`, { redirect: "manual" })).status).toBe(200);
    for (const path of ["/%E0%A4%A", `/${crypto.randomUUID()}/users/%E0%A4%A`, "/docs/%"]) {
      const page = await fetch(app.url + path);
      expect([path, page.status]).toEqual([path, 404]);
      expect(await page.text()).toContain("Page not found");
    }
  });

  test("twice at once on one empty DATABASE_URL: both come up, and each migration is applied once", async () => {
    const DATABASE_URL = await externalPostgres();
    const apps = await Promise.all([
      launch({ DATABASE_URL, DATA_DIR: newDataDir() }),
      launch({ DATABASE_URL, DATA_DIR: newDataDir() }),
    ]);
    await Promise.all(apps.map(isUp));
    // On a busy machine a database that was just created may take more than the two seconds of a healthy one.
    await expect.poll(() => Promise.all(apps.map((app) => health(app.url))), { timeout: 20_000 }).toEqual([200, 200]);

    const client = new pg.Client({ connectionString: DATABASE_URL });
    await client.connect();
    const { rows } = await client.query(
      "SELECT count(*)::int AS runs, count(DISTINCT migration_name)::int AS migrations, count(finished_at)::int AS finished FROM _prisma_migrations",
    );
    await client.end();
    expect(rows[0].runs).toBeGreaterThan(0);
    expect(rows[0]).toEqual({ runs: rows[0].runs, migrations: rows[0].runs, finished: rows[0].runs });
    for (const app of apps) app.process.kill("SIGTERM");
    expect(await Promise.all(apps.map((app) => app.exited))).toEqual([0, 0]);
  });
});

describe("npm start gives up with one clear sentence and exit code 1 when", () => {
  test("the port is in use, before it builds over the files that are served", async () => {
    const app = await running();
    const port = new URL(app.url).port;
    const { code, message } = await refusal({ PORT: port, NEXT_DIST_DIR: "test-results/not-built" });
    expect(message).toBe(
      `Port ${port} is in use by another program: stop it, or choose another port, as in \`PORT=${Number(port) + 1} npm start\`.`,
    );
    expect(code).toBe(1);
    expect(await health(app.url)).toBe(200);
  });

  test("PORT is no port", async () => {
    expect(await refusal({ PORT: "http" })).toEqual({
      code: 1,
      message: "PORT is http, which is not a port number (1 to 65535).",
    });
  });

  test("APP_URL has a path", async () => {
    expect(await refusal({ APP_URL: "https://example.com/analytics" })).toEqual({
      code: 1,
      message:
        "APP_URL is https://example.com/analytics, but Throughline cannot be served under a path: give it a separate host name, and set APP_URL to that, such as https://example.com.",
    });
  });

  test("nothing listens at DATABASE_URL", async () => {
    const port = await freePort();
    expect(await refusal({ DATABASE_URL: `postgresql://me:secret@127.0.0.1:${port}/shop` })).toEqual({
      code: 1,
      message: `Cannot reach the database at 127.0.0.1:${port}/shop: nothing is listening there. Start Postgres, or correct DATABASE_URL.`,
    });
  });

  test("DATABASE_URL is no URL", async () => {
    const { code, message } = await refusal({ DATABASE_URL: "localhost" });
    expect(message).toMatch(/^DATABASE_URL is not a postgresql:\/\/ URL/);
    expect(message.split("\n")).toHaveLength(1);
    expect(code).toBe(1);
  });

  test("the password is wrong, which it does not repeat", async () => {
    const url = new URL(await externalPostgres());
    const password = url.password;
    url.password = "mistyped";
    expect(await refusal({ DATABASE_URL: url.href })).toEqual({
      code: 1,
      message: `The database at ${url.host}/throughline refused the user name or password. Correct them in DATABASE_URL.`,
    });
    url.password = password;
    url.pathname = "/elsewhere";
    expect(await refusal({ DATABASE_URL: url.href })).toEqual({
      code: 1,
      message: `The database at ${url.host}/elsewhere does not exist. Create it, or correct its name in DATABASE_URL.`,
    });
  });
});
