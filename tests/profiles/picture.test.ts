import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GET } from "@/app/api/projects/[project]/avatar/route";
import { GET as search } from "@/app/api/projects/[project]/search/route";
import { pictureHref } from "@/components/people/row";
import { signUp, verifyCredentials } from "@/lib/auth/members.store";
import { startSession } from "@/lib/auth/session";
import { Pictures } from "@/lib/profiles/person/picture";
import { updateProject } from "@/lib/projects/settings.store";
import { grantScope } from "@/lib/scope";
import { asServer, send, serveIngest } from "../ingest/support";
import { browser } from "../support/browser";
import { openPictureHost, PNG } from "../support/picture-host";

const ingest = serveIngest();
const PASSWORD = "correct horse battery";
let host: Awaited<ReturnType<typeof openPictureHost>>;
let number = 0;

/** A project with Ada, whose picture is on the host; its owner is logged in. */
async function newProject() {
  const email = `owner${++number}@example.com`;
  const { projectId, write } = await signUp({ email, password: PASSWORD, name: "Owner", projectName: "Shop" });
  const payload = { profileId: "ada/100%25", firstName: "Ada", avatar: `${host.origin}/a.png` };
  const sent = await send(`${ingest.url()}/api/track`, { type: "identify", payload }, asServer(write));
  expect(sent.status).toBe(200);
  return { projectId, logIn: () => logInAs(email), scope: grantScope(projectId, "system:test") };
}

async function logInAs(email: string) {
  browser.cookies.clear();
  const member = await verifyCredentials(email, PASSWORD);
  if (member) await startSession(member, "x");
}

const ask = (projectId: string, ref: string) => {
  const href = pictureHref(projectId, { ref: ref as `u:${string}`, avatar: "x" });
  return GET(new Request(`http://127.0.0.1${href}`), { params: Promise.resolve({ project: projectId }) });
};
const fetches = () => host.seen.length;

beforeAll(async () => {
  host = await openPictureHost();
  host.answers.set("/a.png", (_request, response) => response.end(PNG));
  Object.assign(globalThis, { throughlinePictures: new Pictures(host.options) });
});
afterAll(() => host.close());

describe("a person's picture", () => {
  test("is not fetched unless the project allows it", async () => {
    const { projectId, logIn } = await newProject();
    await logIn();
    expect((await ask(projectId, "u:ada/100%25")).status).toBe(404);
    expect(fetches()).toBe(0);
  });

  test("is served by the app to members only, with private caching, and only if it is a picture", async () => {
    const { projectId, logIn, scope } = await newProject();
    await updateProject(scope, { avatars: true });
    await logIn();
    const answer = await ask(projectId, "u:ada/100%25");
    expect(answer.status).toBe(200);
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(PNG);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "content-type": "image/png",
      "cache-control": "private, max-age=3600",
      vary: "cookie",
      "content-security-policy": "default-src 'none'; sandbox",
      "cross-origin-resource-policy": "same-origin",
    });
    await updateProject(scope, { avatars: false });
    expect((await ask(projectId, "u:ada/100%25")).status).toBe(404);
  });

  test("that is unavailable causes no error on a page's console", async () => {
    const { projectId, logIn, scope } = await newProject();
    await updateProject(scope, { avatars: true });
    await logIn();
    host.answers.set("/a.png", (_request, response) => response.end("<svg/>"));
    const answer = await ask(projectId, "u:ada/100%25");
    host.answers.set("/a.png", (_request, response) => response.end(PNG));
    expect([answer.status, answer.headers.get("cache-control")]).toEqual([204, "private, max-age=600"]);
  });

  test("is available to members of the project, for its own people", async () => {
    const [mine, theirs] = [await newProject(), await newProject()];
    for (const { scope } of [mine, theirs]) await updateProject(scope, { avatars: true });
    const before = fetches();
    browser.cookies.clear();
    expect((await ask(mine.projectId, "u:ada/100%25")).status).toBe(401);
    await mine.logIn();
    expect((await ask(theirs.projectId, "u:ada/100%25")).status).toBe(404);
    for (const ref of ["u:nobody", "a:nobody", "u:", "", "u:\0", "https://evil.example/", "x".repeat(5_000)])
      expect((await ask(mine.projectId, ref)).status, ref).toBe(404);
    expect(fetches()).toBe(before);
  });

  test("is loaded from the app's own path wherever people are listed", async () => {
    const { projectId, logIn } = await newProject();
    await logIn();
    const answer = await search(new Request("http://127.0.0.1/?q=ada"), {
      params: Promise.resolve({ project: projectId }),
    });
    const text = await answer.text();
    expect(JSON.parse(text).people[0].avatar).toMatch(`/api/projects/${projectId}/avatar?of=u%3Aada%2F100%2525&v=`);
    expect(text).not.toContain("pictures.example");
  });
});
