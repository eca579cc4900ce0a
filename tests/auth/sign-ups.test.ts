import { beforeEach, describe, expect, test } from "vitest";
import { logInAction, signUpAction } from "@/app/(auth)/actions";
import { joinAction } from "@/app/(auth)/invite/[token]/actions";
import { leaveAction } from "@/app/(auth)/provider-actions";
import { forgotAction } from "@/app/(auth)/reset/actions";
import { confirmSignUpAction } from "@/app/(auth)/signup/confirm/actions";
import { POST } from "@/app/api/auth/[...nextauth]/route";
import { mailVerification } from "@/lib/auth/account.store";
import { invite, joinByInvitation } from "@/lib/auth/invitations.store";
import { beginLogIn } from "@/lib/auth/log-ins.store";
import { admitNewcomer, admitProviderLogIn, signUp, verifyCredentials } from "@/lib/auth/members.store";
import { tokenOf } from "@/lib/auth/one-time-links";
import { requestReset, resetPassword } from "@/lib/auth/reset.store";
import { confirmSignUp, findSignUp, requestSignUp } from "@/lib/auth/sign-ups.store";
import { config } from "@/lib/config";
import { pool } from "@/lib/db/pool";
import { prisma } from "@/lib/db/prisma";
import type { AppError } from "@/lib/errors";
import { IDLE } from "@/lib/http/form";
import { deleteExpired } from "@/lib/jobs/expired";
import { grantTeam } from "@/lib/scope";
import { browser, forgetBrowser } from "../support/browser";

/** With a mail server, nobody but an address' owner learns whether it has an account. */
const PASSWORD = "correct horse battery";
const DAY_MS = 24 * 60 * 60_000;
Object.assign(config(), { SMTP_URL: "smtp://127.0.0.1:1", MAIL_FROM: "a@example.com", APP_URL: "http://localhost" });

let number = 0;
const newEmail = () => `sign-up${++number}@example.com`;
const member = async (email: string) => {
  const { memberId } = await signUp({ email, password: PASSWORD, name: "Ada", projectName: "Shop" });
  return memberId;
};

function formOf(fields: Record<string, string>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form;
}

/** What the browser gets: the state of the form, or where it is sent, and which cookies. */
async function answerOf(work: () => Promise<unknown>): Promise<unknown> {
  forgetBrowser();
  browser.headers.set("x-forwarded-for", "198.51.100.7");
  const answer = await work().catch((error: { digest?: string }) => error.digest ?? error);
  return { answer, cookies: browser.sent.map(({ name }) => name) };
}

const typed = (email: string) => ({ email, name: "Ada", password: PASSWORD, projectName: "Shop" });
const mailsTo = async (email: string) =>
  (await prisma().mail.findMany({ where: { recipient: email }, select: { kind: true } })).map(({ kind }) => kind);
const linkTo = async (email: string) => {
  const { id } = await prisma().signUp.findFirstOrThrow({ where: { email }, orderBy: { createdAt: "desc" } });
  return tokenOf("sign up", id);
};

beforeEach(async () => {
  if ((await prisma().member.count()) === 0) await member(newEmail());
});

describe("the answers for an address with an account and for a free one are the same", () => {
  test("at sign-up; the owner and the newcomer get different mails", async () => {
    const [taken, free] = [newEmail(), newEmail()];
    await member(taken);
    const send = (email: string) => answerOf(() => signUpAction(IDLE, formOf(typed(email))));
    const answers = [await send(taken), await send(free)];
    expect(answers[0]).toEqual(answers[1]);
    expect(JSON.stringify(answers[0])).toContain("/signup?sent");
    expect([await mailsTo(taken), await mailsTo(free)]).toEqual([["alreadyMember"], ["signUp"]]);
    for (const email of [taken, free]) {
      const weak = await answerOf(() => signUpAction(IDLE, formOf({ ...typed(email), password: "123456789012" })));
      expect(weak).toMatchObject({ answer: { field: "password" }, cookies: [] });
    }
  });

  test("and for an unconfirmed sign-up, whose password opens nothing yet", async () => {
    const [taken, free] = [newEmail(), newEmail()];
    await member(taken);
    await requestSignUp({ ...typed(free), password: "tall paper lantern", invitationId: null }, new Date());
    const attempt = (email: string) =>
      answerOf(async () => {
        const state = await logInAction(IDLE, formOf({ email, password: "tall paper lantern", next: "/" }));
        return { ...state, values: null }; // what was typed
      });
    const answers = [await attempt(taken), await attempt(free), await attempt(newEmail())];
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  });

  test("when joining by a link that anybody may use", async () => {
    const owner = newEmail();
    const memberId = await member(owner);
    const { organizationId } = await prisma().membership.findFirstOrThrow({ where: { memberId } });
    const team = grantTeam(organizationId, memberId, "owner");
    const id = await invite(team, "Ada", { email: "", role: "viewer" }, true, new Date());
    const token = tokenOf("invitation", id);
    const free = newEmail();
    const join = (email: string) => answerOf(() => joinAction(IDLE, formOf({ ...typed(email), token })));
    expect(await join(owner)).toEqual(await join(free));
    const link = await linkTo(free);
    await answerOf(() => confirmSignUpAction(IDLE, formOf({ token: link, password: PASSWORD })));
    const joined = await prisma().membership.findMany({ where: { member: { email: free } } });
    expect(joined).toMatchObject([{ organizationId, role: "viewer" }]);
    expect(await prisma().invitation.count({ where: { id } })).toBe(0);
  });
});

test("time reveals nothing either: a reset answers later than its work takes", async () => {
  const taken = newEmail();
  await member(taken);
  /** The least of three, in ms: what the work takes when nothing else is in the way. */
  const least = async (work: () => Promise<unknown>) => {
    const durations: number[] = [];
    for (let tries = 0; tries < 3; tries++) {
      const began = performance.now();
      await work();
      durations.push(performance.now() - began);
    }
    return Math.min(...durations);
  };
  const work = await least(() => requestReset(taken, new Date()));
  const answer = await least(() => answerOf(() => forgotAction(IDLE, formOf({ email: newEmail() }))));
  expect(answer).toBeGreaterThan(work);
});

test("the link creates the account with a confirmed address, once, and logs in", async () => {
  const email = newEmail();
  await requestSignUp({ ...typed(email), invitationId: null }, new Date());
  const token = await linkTo(email);
  expect(await verifyCredentials(email, PASSWORD)).toBeNull();
  const outcomes = await Promise.all(
    [1, 2, 3].map(() => answerOf(() => confirmSignUpAction(IDLE, formOf({ token, password: PASSWORD })))),
  );
  const { projectId } = await confirmSignUp(token, PASSWORD, new Date());
  for (const outcome of outcomes) expect(JSON.stringify(outcome)).toContain(`/${projectId}/setup`);
  const created = await prisma().member.findUniqueOrThrow({ where: { email }, include: { memberships: true } });
  expect(created).toMatchObject({ emailVerifiedAt: expect.any(Date), memberships: [{ role: "owner" }] });
  expect(await verifyCredentials(email, PASSWORD)).not.toBeNull();
  const later = new Date(Date.now() + 11 * 60_000);
  await expect(confirmSignUp(token, PASSWORD, later)).rejects.toMatchObject({ code: "not_found" });
  await expect(confirmSignUp(token, "wrong horse battery", new Date())).rejects.toMatchObject({ code: "not_found" });
});

test("domain and recognition are those of the form, by mail and at once; a wrong domain is named", async () => {
  const choices = { domain: "https://Shop.example/x", recognition: "cookieless" };
  const form = (email: string, more: Record<string, string> = choices) => formOf({ ...typed(email), ...more });
  const projectOf = (email: string) =>
    prisma().project.findFirstOrThrow({
      where: { organization: { memberships: { some: { member: { email } } } } },
      select: { domain: true, recognition: true },
    });
  const made = { domain: "shop.example", recognition: "cookieless" };
  const [byMail, atOnce, plain] = [newEmail(), newEmail(), newEmail()];
  await answerOf(() => signUpAction(IDLE, form(byMail)));
  await confirmSignUp(await linkTo(byMail), PASSWORD, new Date());
  expect(await projectOf(byMail)).toEqual(made);
  for (const [field, value] of [
    ["domain", "not a domain"],
    ["recognition", "fingerprint"],
  ] as const)
    expect(await answerOf(() => signUpAction(IDLE, form(newEmail(), { [field]: value })))).toMatchObject({
      answer: { status: "failed", field },
    });
  config().SMTP_URL = "";
  try {
    await answerOf(() => signUpAction(IDLE, form(atOnce)));
    await answerOf(() => signUpAction(IDLE, form(plain, {})));
  } finally {
    config().SMTP_URL = "smtp://127.0.0.1:1";
  }
  expect(await projectOf(atOnce)).toEqual(made);
  expect(await projectOf(plain)).toEqual({ domain: null, recognition: "device" });
});

test("opening the link of somebody else's sign-up does not create an account with that person's password", async () => {
  const email = newEmail();
  await requestSignUp({ ...typed(email), password: "a stranger's lantern", invitationId: null }, new Date());
  const token = await linkTo(email);
  const confirm = (password: string) => answerOf(() => confirmSignUpAction(IDLE, formOf({ token, password })));
  for (const password of ["", PASSWORD])
    expect(await confirm(password)).toMatchObject({ answer: { field: "password" } });
  expect(await prisma().member.count({ where: { email } })).toBe(0);
  expect(JSON.stringify(await confirm("a stranger's lantern"))).toContain("/setup");
});

test("guesses at a sign-up's password are counted", async () => {
  const email = newEmail();
  await requestSignUp({ ...typed(email), invitationId: null }, new Date());
  const token = await linkTo(email);
  const guess = () => confirmSignUp(token, "wrong horse battery", new Date()).catch((error: AppError) => error.code);
  const codes: unknown[] = [];
  while (codes.at(-1) !== "rate_limited" && codes.length < 100) codes.push(await guess());
  expect(codes.at(-1)).toBe("rate_limited");
  expect(codes[0]).toBe("unprocessable");
});

test("a link that is expired, forged, superseded or for a taken address creates nothing", async () => {
  const [taken, late, raced] = [newEmail(), newEmail(), newEmail()];
  await member(taken);
  for (const email of [taken, late, raced]) await requestSignUp({ ...typed(email), invitationId: null }, new Date());
  await member(raced);
  const before = await prisma().member.count();
  for (const email of [taken, raced])
    await expect(confirmSignUp(await linkTo(email), PASSWORD, new Date())).rejects.toMatchObject({ code: "not_found" });
  const afterwards = new Date(Date.now() + 4 * DAY_MS);
  expect(await findSignUp(await linkTo(late), afterwards)).toBeNull();
  for (const token of ["", "x", `${(await linkTo(late)).split(".")[0]}.x`])
    expect(await findSignUp(token, new Date())).toBeNull();
  expect(await prisma().member.count()).toBe(before);
});

test("an address gets at most three mails an hour, even for concurrent requests", async () => {
  const [email, member_, other] = [newEmail(), newEmail(), newEmail()];
  const now = new Date();
  const six = (ask: () => Promise<unknown>) => Promise.allSettled([1, 2, 3, 4, 5, 6].map(ask));
  await six(() => requestSignUp({ ...typed(email), invitationId: null }, now));
  expect(await mailsTo(email)).toHaveLength(3);
  const ids = [await member(member_), await member(newEmail())];
  await six(() => requestReset(member_, now));
  expect(await mailsTo(member_)).toEqual(["reset", "reset", "reset"]);
  // Members, too: two of them want the same address.
  await six(() => Promise.all(ids.map((id) => mailVerification({ id, email: other, name: "Ada" }, now))));
  expect(await mailsTo(other)).toHaveLength(3);
});

test("an organization's invitations to one address are limited, even for concurrent requests", async () => {
  const [owner, email] = [newEmail(), newEmail()];
  const memberId = await member(owner);
  const { organizationId } = await prisma().membership.findFirstOrThrow({ where: { memberId } });
  const team = grantTeam(organizationId, memberId, "owner");
  const attempts = Array.from({ length: 6 }, () => invite(team, "Ada", { email, role: "viewer" }, true, new Date()));
  const codes = (await Promise.allSettled(attempts)).map((one) =>
    one.status === "rejected" ? one.reason.code : "sent",
  );
  expect(codes.toSorted()).toEqual([...Array(3).fill("rate_limited"), ...Array(3).fill("sent")]);
  expect(await mailsTo(email)).toHaveLength(3);
});

test("two simultaneous clicks on an invitation or a reset both get in, and no third person", async () => {
  const [owner, email] = [newEmail(), newEmail()];
  const memberId = await member(owner);
  const { organizationId } = await prisma().membership.findFirstOrThrow({ where: { memberId } });
  const team = grantTeam(organizationId, memberId, "owner");
  const token = tokenOf("invitation", await invite(team, "Ada", { email: "", role: "viewer" }, false, new Date()));
  const input = { email, name: "Bo", password: PASSWORD };
  const join = (more = {}) => joinByInvitation(token, { ...input, ...more }, false, new Date());
  const [one, two, third] = await Promise.allSettled([join(), join(), join({ password: "other horse battery" })]);
  const joined = await prisma().member.findUniqueOrThrow({ where: { email } });
  const inside = [one, two, third].filter((outcome) => outcome?.status === "fulfilled");
  for (const outcome of inside) expect(outcome).toMatchObject({ value: { id: joined.id } });
  // Whichever password came first.
  expect(inside).toHaveLength((await verifyCredentials(email, PASSWORD)) ? 2 : 1);
  for (const outcome of [one, two, third])
    if (outcome?.status === "rejected") expect(["conflict", "not_found"]).toContain(outcome.reason.code);

  await requestReset(email, new Date());
  const link = await prisma().oneTimeLink.findFirstOrThrow({ where: { memberId: joined.id } });
  const reset = (password: string) => resetPassword(tokenOf("reset", link.id), password, new Date());
  const both = await Promise.all([reset("a new lantern here"), reset("a new lantern here")]);
  expect(both.map(({ id }) => id)).toEqual([joined.id, joined.id]);
});

test("a network starts only so many log-ins through a provider, and NextAuth's own way to start one is closed", async () => {
  const issuer = { OIDC_ISSUER: "http://127.0.0.1:1", OIDC_CLIENT_ID: "x", OIDC_CLIENT_SECRET: "y" };
  Object.assign(config(), issuer);
  const leave = () => answerOf(() => leaveAction(IDLE, formOf({ provider: "oidc", next: "/" })));
  for (let n = 0; n < 100; n++) await admitProviderLogIn("198.51.100.7", new Date());
  expect(await leave()).toMatchObject({ answer: { code: "rate_limited" } });
  await admitProviderLogIn("203.0.113.7", new Date());
  await pool().query("UPDATE shared_meters SET at = at - interval '1 minute'");
  await admitProviderLogIn("198.51.100.7", new Date(Date.now() + 60_000));
  const request = new Request("http://localhost/api/auth/signin/oidc", { method: "POST", body: "csrfToken=x" });
  expect((await POST(request, { params: Promise.resolve({ nextauth: ["signin", "oidc"] }) })).status).toBe(404);
});

test("a job deletes expired data, even on an idle instance", async () => {
  const email = newEmail();
  const memberId = await member(email);
  await requestSignUp({ ...typed(newEmail()), invitationId: null }, new Date());
  await requestReset(email, new Date());
  const { organizationId } = await prisma().membership.findFirstOrThrow({ where: { memberId } });
  await invite(grantTeam(organizationId, memberId, "owner"), "Ada", { email: "", role: "viewer" }, false, new Date());
  await beginLogIn({ id: memberId, email, name: "Ada", sessionVersion: 0 }, "x", new Date());
  await prisma().spentChallenge.create({ data: { challenge: "c", expiresAt: new Date() } });
  const counts = async () =>
    Promise.all([
      prisma().signUp.count(),
      prisma().oneTimeLink.count(),
      prisma().invitation.count(),
      prisma().logIn.count(),
      prisma().spentChallenge.count(),
    ]);
  await deleteExpired(Date.now() - DAY_MS);
  expect(Math.min(...(await counts()))).toBeGreaterThan(0);
  await deleteExpired(Date.now() + 40 * DAY_MS);
  expect(await counts()).toEqual([0, 0, 0, 0, 0]);
});

test("the first person signs up at once; without a mail server so does everybody, and a taken address is named", async () => {
  await prisma().$executeRaw`TRUNCATE members CASCADE`;
  const [first, second] = [newEmail(), newEmail()];
  const send = (email: string) => answerOf(() => signUpAction(IDLE, formOf(typed(email))));
  expect(JSON.stringify(await send(first))).toContain("/setup");
  expect(JSON.stringify(await send(second))).toContain("/signup?sent");
  config().SMTP_URL = "";
  try {
    expect(JSON.stringify(await send(newEmail()))).toContain("/setup");
    expect(await send(first)).toMatchObject({ answer: { code: "conflict", field: "email" } });
  } finally {
    config().SMTP_URL = "smtp://127.0.0.1:1";
  }
});

test("an open invitation link cannot be used to mail ever more addresses", async () => {
  const owner = newEmail();
  const memberId = await member(owner);
  const { organizationId } = await prisma().membership.findFirstOrThrow({ where: { memberId } });
  const id = await invite(
    grantTeam(organizationId, memberId, "owner"),
    "Ada",
    { email: "", role: "viewer" },
    true,
    new Date(),
  );
  const join = (email: string) =>
    answerOf(() => joinAction(IDLE, formOf({ ...typed(email), token: tokenOf("invitation", id) })));
  const [early, late] = [newEmail(), newEmail()];
  expect(JSON.stringify(await join(early))).toContain("/signup?sent");
  let attempts = 0;
  while ((await admitNewcomer("198.51.100.7", new Date())) && attempts < 1_000) attempts++;
  expect(attempts).toBeLessThan(1_000);
  expect(JSON.stringify(await join(late))).toContain("Too many people tried this");
  expect([await mailsTo(early), await mailsTo(late)]).toEqual([["signUp"], []]);
});
