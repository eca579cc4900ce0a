import { describe, expect, test } from "vitest";
import { deviceCookieWith } from "@/lib/auth/known-device";
import { beginLogIn } from "@/lib/auth/log-ins.store";
import { memberByEmail, memberIn } from "@/lib/auth/members.queries";
import { logIn, setPassword, signUp, signUpFrom, verifyCredentials } from "@/lib/auth/members.store";
import { solvePuzzle } from "@/lib/auth/puzzle";
import { FREE_PER_EMAIL, FREE_SIGN_UPS_PER_NETWORK } from "@/lib/auth/throttle";
import { config } from "@/lib/config";
import { prisma } from "@/lib/db/prisma";
import { hashSecret, newId } from "@/lib/ids";
import { clientsOf, projectById, projectsOf, snippetClientId } from "@/lib/projects/projects.queries";
import { createClient, createProject, revokeClient } from "@/lib/projects/projects.store";
import { updateProject } from "@/lib/projects/settings.store";
import { grantScope } from "@/lib/scope";

const NOON = new Date(Date.UTC(2026, 0, 1, 12));
const PASSWORD = "correct horse battery";
let number = 0;
const newcomer = (name = "Ada") =>
  signUp({ email: `member${++number}@example.com`, password: PASSWORD, name, projectName: "Shop" });

/** A log-in of theirs that was just started. */
async function loginOf(memberId: string): Promise<string> {
  const { id, email, name, sessionVersion } = await prisma().member.findUniqueOrThrow({ where: { id: memberId } });
  return (await beginLogIn({ id, email, name, sessionVersion }, "Chrome on Linux", new Date())).id;
}

describe("signing up", () => {
  test("creates the member, an organization they own and a project with a write client", async () => {
    const { memberId, projectId, write } = await signUp({
      email: " Ada@Example.com",
      password: PASSWORD,
      name: "Ada",
      projectName: "Shop",
      domain: "https://shop.example/",
    });
    expect(await memberByEmail("ada@example.com")).toEqual({ id: memberId, email: "ada@example.com", name: "Ada" });
    expect(await projectsOf(memberId)).toEqual([
      {
        id: projectId,
        name: "Shop",
        domain: "shop.example",
        organizationName: "Ada's organization",
        role: "owner",
        isExample: false,
        demandsTwoFactor: false,
      },
    ]);
    const client = await prisma().client.findUniqueOrThrow({ where: { id: write.clientId } });
    expect(client).toMatchObject({ projectId, mode: "write", revokedAt: null });
    expect(client.secretHash).toBe(hashSecret(write.clientSecret));
    expect(JSON.stringify(client)).not.toContain(write.clientSecret);
  });

  test("an e-mail can sign up once, ignoring case, and the second attempt leaves nothing behind", async () => {
    await newcomer();
    const email = `Member${number}@EXAMPLE.com`;
    const before = await Promise.all([prisma().organization.count(), prisma().project.count()]);
    await expect(signUp({ email, password: PASSWORD, name: "Eve", projectName: "Shop" })).rejects.toMatchObject({
      code: "conflict",
      field: "email",
    });
    expect(await Promise.all([prisma().organization.count(), prisma().project.count()])).toEqual(before);
  });

  test("of ten sign-ups at once with one e-mail exactly one succeeds", async () => {
    const tries = Array.from({ length: 10 }, () =>
      signUp({ email: "race@example.com", password: PASSWORD, name: "Ada", projectName: "Shop" }),
    );
    const results = await Promise.allSettled(tries);
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const result of results) {
      if (result.status === "rejected") expect(result.reason).toMatchObject({ code: "conflict", field: "email" });
    }
  });

  test.each([
    ["email", { email: "ada" }],
    ["password", { password: "nine char" }],
    ["password", { password: "123456789012" }],
    ["password", { password: "fine@example.com" }],
    ["name", { name: " " }],
    ["projectName", { projectName: "" }],
    ["domain", { domain: "my shop" }],
  ])("a bad %s is named", async (field, change) => {
    const input = { email: "fine@example.com", password: PASSWORD, name: "Ada", projectName: "Shop", ...change };
    await expect(signUp(input)).rejects.toMatchObject({ code: "unprocessable", field });
    expect(await memberByEmail("fine@example.com")).toBeNull();
  });
});

describe("logging in", () => {
  test("accepts only the right password, and the e-mail in any case", async () => {
    const { memberId } = await newcomer();
    expect(await verifyCredentials(` MEMBER${number}@example.com`, PASSWORD)).toMatchObject({ id: memberId });
    expect(await verifyCredentials(`member${number}@example.com`, `${PASSWORD}!`)).toBeNull();
    expect(await verifyCredentials("nobody@example.com", PASSWORD)).toBeNull();
  });

  test("the right password works during an attack: at once on a known device, elsewhere after a puzzle", async () => {
    const { memberId } = await newcomer();
    const email = `member${number}@example.com`;
    const attempt = { email, password: PASSWORD, address: "203.0.113.1", deviceCookie: undefined, proof: "", code: "" };
    const wrong = (i: number) => logIn({ ...attempt, password: "wrong password", address: `198.51.100.${i}` }, NOON);
    for (let i = 0; i < FREE_PER_EMAIL; i++) expect(await wrong(i)).toBeNull();
    expect(await wrong(99)).toHaveProperty("puzzle");

    const deviceCookie = deviceCookieWith(config().AUTH_SECRET, undefined, email);
    expect(await logIn({ ...attempt, email: ` ${email.toUpperCase()}`, deviceCookie }, NOON)).toMatchObject({
      id: memberId,
    });
    const refused = await logIn(attempt, NOON);
    if (!refused || refused === "code" || !("puzzle" in refused)) throw new Error("a stranger has to work");
    const proof = `${refused.puzzle}:${await solvePuzzle(refused.puzzle)}`;
    expect(await logIn({ ...attempt, proof }, NOON)).toMatchObject({ id: memberId });
    expect(await logIn({ ...attempt, proof }, NOON)).toHaveProperty("puzzle"); // an answer counts once
  });

  test("a sign-up with invalid input is not counted", async () => {
    const attempt = { address: "203.0.113.200", proof: "" };
    const bad = { email: "x", password: PASSWORD, name: "Ada", projectName: "Shop" };
    for (let i = 0; i < 2 * FREE_SIGN_UPS_PER_NETWORK; i++)
      await expect(signUpFrom(attempt, bad, NOON)).rejects.toMatchObject({ field: "email" });
    const good = { ...bad, email: "throttled@example.com" };
    expect(await signUpFrom(attempt, good, NOON)).toHaveProperty("projectId");
    for (let i = 1; i < FREE_SIGN_UPS_PER_NETWORK; i++)
      await expect(signUpFrom(attempt, good, NOON)).rejects.toMatchObject({ code: "conflict" });
    expect(await signUpFrom(attempt, good, NOON)).toHaveProperty("puzzle");
  });

  test("a new password replaces the old one", async () => {
    await newcomer();
    const email = `member${number}@example.com`;
    await setPassword(email, "another long password");
    expect(await verifyCredentials(email, PASSWORD)).toBeNull();
    expect(await verifyCredentials(email, "another long password")).not.toBeNull();
    for (const bad of ["short", "123456789012", email])
      await expect(setPassword(email, bad)).rejects.toMatchObject({ code: "unprocessable", field: "password" });
    await expect(setPassword("nobody@example.com", PASSWORD)).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("projects", () => {
  test("another team's project and one that does not exist look the same", async () => {
    const [ada, eve] = [await newcomer("Ada"), await newcomer("Eve")];
    expect(await memberIn(await loginOf(ada.memberId), ada.projectId)).toMatchObject({
      member: { id: ada.memberId, name: "Ada" },
      within: { role: "owner", project: { id: ada.projectId, name: "Shop", domain: null, recognition: "device" } },
    });
    for (const strange of [ada.projectId, newId(), "'; DROP TABLE projects"]) {
      expect(await memberIn(await loginOf(eve.memberId), strange)).toMatchObject({
        member: { id: eve.memberId },
        within: null,
      });
    }
    for (const nothing of [newId(), "'; DROP TABLE members"]) expect(await memberIn(nothing, ada.projectId)).toBeNull();
    expect((await projectsOf(eve.memberId)).map(({ id }) => id)).toEqual([eve.projectId]);
  });

  test("a member creates more of them in their own organization; somebody without one cannot", async () => {
    const { memberId, projectId } = await newcomer();
    const second = await createProject(memberId, { name: "App", recognition: "cookieless" });
    const organizationOf = async (id: string) =>
      (await prisma().project.findUniqueOrThrow({ where: { id }, select: { organizationId: true } })).organizationId;
    expect(await organizationOf(second.projectId)).toBe(await organizationOf(projectId));
    expect((await memberIn(await loginOf(memberId), second.projectId))?.within).toMatchObject({ role: "owner" });
    expect((await projectsOf(memberId)).map(({ name }) => name)).toEqual(["App", "Shop"]);
    await expect(createProject(newId(), { name: "App" })).rejects.toMatchObject({ code: "forbidden" });
  });

  test("a change keeps settings it does not name", async () => {
    const { projectId } = await newcomer();
    const scope = grantScope(projectId, "system:test");
    await updateProject(scope, { domain: "shop.example", recognition: "cookieless" });
    await updateProject(scope, { name: "Renamed" });
    expect(await projectById(scope)).toMatchObject({
      name: "Renamed",
      domain: "shop.example",
      recognition: "cookieless",
    });
    await expect(updateProject(scope, { name: "" })).rejects.toMatchObject({ code: "unprocessable", field: "name" });
    await expect(projectById(grantScope(newId(), "system:test"))).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("clients", () => {
  test("the snippet carries the oldest write client that was not revoked", async () => {
    const { projectId, write } = await newcomer();
    const scope = grantScope(projectId, "system:test");
    expect(await snippetClientId(scope)).toBe(write.clientId);
    await createClient(scope, { name: "Reports", mode: "read" });
    const second = await createClient(scope, { name: "New site", mode: "write" });
    await revokeClient(scope, write.clientId);
    expect(await snippetClientId(scope)).toBe(second.clientId);
    await revokeClient(scope, second.clientId);
    expect(await snippetClientId(scope)).toBeNull();
    expect((await clientsOf(scope)).map(({ mode, revokedAt }) => [mode, revokedAt !== null])).toEqual([
      ["write", true],
      ["read", false],
      ["write", true],
    ]);
  });

  test("one project cannot revoke another's, and revoking twice keeps the first time", async () => {
    const [ada, eve] = [await newcomer(), await newcomer()];
    const [mine, theirs] = [ada, eve].map(({ projectId }) => grantScope(projectId, "system:test"));
    if (!mine || !theirs) throw new Error("two projects were made");
    await expect(revokeClient(theirs, ada.write.clientId)).rejects.toMatchObject({ code: "not_found" });
    expect(await snippetClientId(mine)).toBe(ada.write.clientId);
    await revokeClient(mine, ada.write.clientId);
    const revoked = (await clientsOf(mine))[0]?.revokedAt;
    await revokeClient(mine, ada.write.clientId);
    expect((await clientsOf(mine))[0]?.revokedAt).toEqual(revoked);
  });
});
