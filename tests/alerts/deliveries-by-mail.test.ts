import { afterAll, beforeAll, expect, test } from "vitest";
import { deliveriesOf } from "@/lib/alerts/deliveries.queries";
import { signUp } from "@/lib/auth/members.store";
import { pool } from "@/lib/db/pool";
import { prisma } from "@/lib/db/prisma";
import { makeModelProject } from "../identity/run";
import { mailServer } from "../support/mail-server";
import { applyEvents, event, named, ORIGIN, runAlertJobs, scopeOf, watch } from "./support";

let server: Awaited<ReturnType<typeof mailServer>>;
beforeAll(async () => {
  server = await mailServer();
});
afterAll(() => server.stop());

const settings = () => ({ SMTP_URL: server.url(), MAIL_FROM: "Throughline <analytics@example.com>" });

test("a member gets a readable mail with a link; former members do not, and non-members cannot be chosen", async () => {
  const ada = { email: "ada@example.com", password: "correct horse battery", name: "Ada", projectName: "Shop" };
  const { memberId, projectId } = await signUp(ada);
  const project = { ...(await makeModelProject(pool())), id: projectId };
  const given = { channel: "email", recipient: memberId, url: "" } as const;
  const { id } = await watch(project, "", given, 0);
  await applyEvents(project, named("u1", "Grace"), event("exported", Date.now(), { user: "u1" }));
  await runAlertJobs(Date.now(), settings());
  expect(server.received).toMatchObject([{ to: "ada@example.com", subject: "Grace: Exports, Shop" }]);
  expect(server.received[0]?.text).toContain(`${ORIGIN}/${projectId}/users/u%3Au1`);

  await prisma().membership.deleteMany({ where: { memberId } });
  await applyEvents(project, event("exported", Date.now(), { user: "u1" }));
  await runAlertJobs(Date.now(), settings());
  expect(server.received).toHaveLength(1);
  expect(await deliveriesOf(scopeOf(project), id)).toMatchObject([
    { state: "failed", fault: "The recipient no longer has access to this project." },
    { state: "sent" },
  ]);
  const other = await signUp({ ...ada, email: "eve@example.com", name: "Eve" });
  await expect(watch(project, "", { ...given, recipient: other.memberId })).rejects.toMatchObject({
    field: "recipient",
  });
});

test("a mail shows its recipient no more than the project's screens do", async () => {
  const ada = { email: "boss@example.com", password: "correct horse battery", name: "Ada", projectName: "Shop" };
  const { memberId, projectId } = await signUp(ada);
  const project = { ...(await makeModelProject(pool())), id: projectId };
  await watch(project, "", { channel: "email", recipient: memberId, url: "" }, 0);
  const getsMail = async (role: "owner" | "editor" | "viewer", namesHiddenFrom: "nobody" | "viewers" | "editors") => {
    await prisma().membership.updateMany({ where: { memberId }, data: { role } });
    await prisma().project.update({ where: { id: projectId }, data: { namesHiddenFrom } });
    server.received.length = 0;
    await applyEvents(project, event("exported", Date.now(), { user: "grace@private.example" }));
    await runAlertJobs(Date.now(), settings());
    const [{ subject, text } = { subject: "", text: "" }] = server.received;
    expect(text).toContain(`${ORIGIN}/${projectId}/users/`);
    return /grace|private/i.test(`${subject} ${text}`);
  };
  await applyEvents(project, named("grace@private.example", "Grace"));
  expect(await getsMail("viewer", "nobody")).toBe(true);
  expect(await getsMail("viewer", "viewers")).toBe(false);
  expect(await getsMail("editor", "viewers")).toBe(true);
  expect(await getsMail("editor", "editors")).toBe(false);
  expect(await getsMail("owner", "editors")).toBe(true);
});

test("an instance without SMTP says so in the delivery log", async () => {
  const project = await makeModelProject(pool());
  const { id } = await watch(project, "https://hooks.example.com", {}, 0);
  await pool().query("UPDATE alerts SET channel = 'email' WHERE id = $1", [id]);
  await applyEvents(project, event("exported", Date.now(), { user: "u1" }));
  await runAlertJobs();
  expect(await deliveriesOf(scopeOf(project), id)).toMatchObject([
    { state: "failed", fault: "This instance cannot send mail yet." },
  ]);
});
