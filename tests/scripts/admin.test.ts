import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { verifyCredentials } from "@/lib/auth/members.store";
import { prisma } from "@/lib/db/prisma";
import { newId } from "@/lib/ids";
import { authenticate } from "@/lib/projects/clients";
import { projectsOf } from "@/lib/projects/projects.queries";
import type { ClientKeys } from "@/lib/projects/projects.store";
import { readCall } from "../../scripts/admin/cli";
import { addClient, type ProvisionedProject, provision } from "../../scripts/admin/commands";

const PASSWORD = "correct horse battery";
const silent = () => {};

describe("provisioning", () => {
  test("creates the member, the project and three working keys", async () => {
    const made = await provision({ email: "ada@example.com", password: PASSWORD, project: "Shop" }, silent);
    const member = await verifyCredentials("ada@example.com", PASSWORD);
    expect((await projectsOf(member?.id ?? "")).map(({ id, name, role }) => [id, name, role])).toEqual([
      [made.projectId, "Shop", "owner"],
    ]);
    for (const mode of ["write", "read", "root"] as const) {
      const { clientId, clientSecret } = made[mode];
      const client = await authenticate({ clientId, secret: clientSecret }, null);
      expect(client).toMatchObject({ mode, trusted: true, settings: { id: made.projectId } });
    }
  });

  test("three concurrent calls for one new e-mail create one member with three projects", async () => {
    const options = { email: "twins@example.com", password: PASSWORD, project: "Shop" };
    const made = await Promise.all([
      provision(options, silent),
      provision(options, silent),
      provision(options, silent),
    ]);
    const member = await verifyCredentials("twins@example.com", PASSWORD);
    expect((await projectsOf(member?.id ?? "")).map(({ id }) => id).sort()).toEqual(
      made.map((it) => it.projectId).sort(),
    );
  });

  test("an existing member gets another project and keeps the password, and the operator sees a note", async () => {
    const first = await provision({ email: "bob@example.com", password: PASSWORD, project: "Shop" }, silent);
    const notes: string[] = [];
    const options = { email: "Bob@Example.com", password: "some other password", project: "Shop" };
    const second = await provision(options, (text) => notes.push(text));
    expect(second.projectId).not.toBe(first.projectId);
    expect(notes).toEqual(["bob@example.com has an account already: --password is ignored."]);
    const member = await verifyCredentials("bob@example.com", PASSWORD);
    expect(await projectsOf(member?.id ?? "")).toHaveLength(2);
    await expect(addClient("Shop", "read")).rejects.toMatchObject({ code: "conflict" });
    expect(await addClient(second.projectId, "read")).toMatchObject({ projectId: second.projectId });
  });

  test("a new member needs a strong password", async () => {
    const options = { email: "eve@example.com", project: "Shop" };
    await expect(provision(options, silent)).rejects.toThrow("give --password");
    await expect(provision({ ...options, password: "short" }, silent)).rejects.toMatchObject({ field: "password" });
    expect(await prisma().member.count({ where: { email: "eve@example.com" } })).toBe(0);
  });
});

describe("npm run admin", () => {
  const dataDir = mkdtempSync(join(tmpdir(), "throughline-admin-"));
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

  /** As npm runs it, on this file's database: 1.4 s of processor time. */
  async function admin(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    const command = [join(import.meta.dirname, "../../scripts/tool.mjs"), "admin", ...args];
    const env = { ...process.env, DATA_DIR: dataDir };
    return promisify(execFile)(process.execPath, command, { env }).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
    );
  }

  test("--json puts one line of JSON on standard output and nothing else", async () => {
    const account = ["--email", "cli@example.com", "--password", PASSWORD];
    const { code, stdout } = await admin("create-project", ...account, "--project", "From the shell", "--json");
    expect(code).toBe(0);
    expect(stdout.trimEnd().split("\n")).toHaveLength(1);
    const made: ProvisionedProject = JSON.parse(stdout);
    expect(Object.keys(made)).toEqual(["projectId", "write", "read", "root"]);
    const { clientId, clientSecret }: ClientKeys = made.read;
    await expect(authenticate({ clientId, secret: clientSecret }, null)).resolves.toMatchObject({ mode: "read" });

    expect((await readCall(["list-projects", "--json"]).run(silent)).json).toContainEqual({
      id: made.projectId,
      name: "From the shell",
      domain: null,
      owner: "cli@example.com",
      clients: 3,
    });
  });

  test("without arguments it lists its commands", async () => {
    const { code, stdout } = await admin();
    expect(code).toBe(0);
    for (const name of ["create-project", "list-projects", "create-client", "reset-password", "reset-second-factor"]) {
      expect(stdout).toContain(name);
    }
  });

  test("a note goes to standard error, and the answer stays one line of JSON", async () => {
    const account = ["--email", "twice@example.com", "--password", PASSWORD];
    await readCall(["create-project", ...account, "--project", "First"]).run(silent);
    const again = await admin("create-project", ...account, "--project", "Second", "--json");
    expect(again.stderr).toContain("twice@example.com has an account already");
    expect(JSON.parse(again.stdout)).toMatchObject({ projectId: expect.any(String) });
  });

  test("a refused value is one sentence on standard error, and exit code 1", async () => {
    const { code, stdout, stderr } = await admin("create-client", "--project", "nowhere", "--mode", "read");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain('There is no project "nowhere".');
    expect(stderr).not.toContain("    at ");
  });

  test("an unknown command is one sentence on standard error, and exit code 1", async () => {
    const { code, stdout, stderr } = await admin("make-coffee");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain('There is no command "make-coffee".');
  });

  // In this process: they take the same path as an unknown command.
  test.each([
    ["a missing option", ["create-project", "--email", "x@example.com"], "create-project also needs --project."],
    ["an unknown option", ["list-projects", "--colour"], "Unknown option '--colour'"],
  ])("%s is refused before anything is opened", (_what, args, sentence) => {
    expect(() => readCall(args)).toThrow(sentence);
  });

  test("list-mails shortens addresses unless asked, also those a mail server quotes, and names the setting", async () => {
    const mail = (recipient: string, fault: string | null, dueAt: Date | null) => ({
      id: newId(),
      recipient,
      kind: "reset",
      createdAt: new Date(),
      dueAt,
      fault,
    });
    const quoted = "The mail server answered: 550 <ada.lovelace@example.com> is unknown";
    const away = "The mail server cannot be reached.";
    await prisma().mail.deleteMany();
    await prisma().mail.createMany({
      data: [mail("ada.lovelace@example.com", quoted, null), mail("bob@example.com", away, new Date())],
    });
    const masked = await readCall(["list-mails"]).run(silent);
    expect(JSON.stringify(masked)).not.toMatch(/lovelace|bob/);
    expect(masked.text).toContain("a…@example.com");
    expect(masked.text).toContain("550 <[email]> is unknown");
    expect(masked.text).toContain("cannot be reached. (check SMTP_URL)");
    const whole = await readCall(["list-mails", "--addresses"]).run(silent);
    expect(whole.text).toContain("bob@example.com");
    expect(JSON.stringify(whole.json)).toContain(quoted);
  });

  test("an unreachable database gives one sentence and exit code 1", async () => {
    const before = process.env.DATABASE_URL;
    process.env.DATABASE_URL = "postgresql://nobody@127.0.0.1:1/none";
    const { code, stderr } = await admin("list-projects").finally(() => {
      process.env.DATABASE_URL = before;
    });
    expect(code).toBe(1);
    expect(stderr.trim()).toMatch(/^Cannot reach the database at 127\.0\.0\.1:1\/none/);
  });

  test("a forgotten password can be replaced", async () => {
    await provision({ email: "lost@example.com", password: PASSWORD, project: "Shop" }, silent);
    const call = ["reset-password", "--email", "lost@example.com", "--password", "another good password"];
    await readCall(call).run(silent);
    expect(await verifyCredentials("lost@example.com", "another good password")).not.toBeNull();
    expect(await verifyCredentials("lost@example.com", PASSWORD)).toBeNull();
  });
});
