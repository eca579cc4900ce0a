import pg from "pg";
import { expect, test, vi } from "vitest";
import { signUpAction } from "@/app/(auth)/actions";
import { signUp, verifyCredentials } from "@/lib/auth/members.store";
import { config } from "@/lib/config";
import { prisma } from "@/lib/db/prisma";
import { IDLE } from "@/lib/http/form";

/** In a file of its own: each network has a number of sign-ups an hour before they cost a puzzle. */
vi.mock("next/headers", () => ({
  headers: async () => new Headers({ "x-forwarded-for": "198.51.100.8" }),
  cookies: async () => ({ get: () => undefined, getAll: () => [], set: () => {} }),
}));
vi.mock("next/cache", () => ({ refresh: () => {}, revalidatePath: () => {} }));
Object.assign(config(), { SMTP_URL: "smtp://127.0.0.1:1", MAIL_FROM: "a@example.com", APP_URL: "http://localhost" });

const PASSWORD = "correct horse battery";
let number = 0;
const newEmail = () => `timing${++number}@example.com`;

async function signUpAs(email: string, password = PASSWORD): Promise<unknown> {
  const form = new FormData();
  for (const [name, value] of Object.entries({ email, password, name: "Ada", projectName: "Shop" }))
    form.set(name, value);
  const answer = await signUpAction(IDLE, form).catch((error: { digest?: string }) => error.digest ?? error);
  return typeof answer === "object" ? { ...answer, values: null } : answer;
}

/** The least processor time that a few calls take, since hashes of other processes slow ours down. */
async function least(work: () => Promise<unknown>): Promise<number> {
  const costs: number[] = [];
  for (let i = 0; i < 3; i++) {
    const began = process.cpuUsage().user;
    await work();
    costs.push(process.cpuUsage().user - began);
  }
  return Math.min(...costs);
}

test("time at sign-up reveals nothing: an address with an account takes the same hash and statements as a free one", async () => {
  const taken = newEmail();
  await signUp({ email: taken, password: PASSWORD, name: "Ada", projectName: "Shop" });
  // As the fourth within an hour is not stored.
  const forget = () => prisma().signUp.deleteMany({ where: { email: taken } });
  expect(await signUpAs(taken)).toEqual(await signUpAs(newEmail()));
  const hash = await least(() => verifyCredentials(newEmail(), "wrong horse battery"));
  const known = await least(async () => {
    await forget();
    await signUpAs(taken);
  });
  const unknown = await least(() => signUpAs(newEmail()));
  // Without the hash it is a tenth of the time.
  expect(Math.min(known, unknown)).toBeGreaterThan(hash / 2);
  expect(Math.max(known, unknown) / Math.min(known, unknown)).toBeLessThan(2);

  const statements = async (email: string) => {
    const spied = vi.spyOn(pg.Client.prototype, "query");
    await signUpAs(email);
    const queries = spied.mock.calls.map(([given]) => given as string | { text: string });
    spied.mockRestore();
    return queries.map((given) => (typeof given === "string" ? given : given.text));
  };
  await forget();
  const [ofTaken, ofFree] = [await statements(taken), await statements(newEmail())];
  expect(ofTaken.length).toBeGreaterThan(4);
  expect(ofTaken).toEqual(ofFree);
  expect(await signUpAs(taken, "123456789012")).toEqual(await signUpAs(newEmail(), "123456789012"));
});
