import { expect, test, vi } from "vitest";
import { signUpAction } from "@/app/(auth)/actions";
import { signUp } from "@/lib/auth/members.store";
import { config } from "@/lib/config";
import { prisma } from "@/lib/db/prisma";
import { IDLE } from "@/lib/http/form";
import { ARGON2ID, workOf } from "../support/work-log";

/** In a file of its own: each network has a few sign-ups an hour before they cost a puzzle. */
vi.mock("next/headers", () => ({
  headers: async () => new Headers({ "x-forwarded-for": "198.51.100.8" }),
  cookies: async () => ({ get: () => undefined, getAll: () => [], set: () => {} }),
}));
vi.mock("@node-rs/argon2", async (original) => (await import("../support/work-log")).logHashes(await original()));
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

test("time at sign-up reveals nothing: an address with an account takes the same hash and statements as a free one", async () => {
  const taken = newEmail();
  await signUp({ email: taken, password: PASSWORD, name: "Ada", projectName: "Shop" });
  // As the fourth within an hour is not stored.
  const forget = () => prisma().signUp.deleteMany({ where: { email: taken } });
  expect(await signUpAs(taken)).toEqual(await signUpAs(newEmail()));
  await forget();
  const [ofTaken, ofFree] = [await workOf(() => signUpAs(taken)), await workOf(() => signUpAs(newEmail()))];
  expect(ofTaken.length).toBeGreaterThan(4);
  expect(ofTaken).toEqual(ofFree);
  expect(ofTaken.filter((event) => event.startsWith("hash"))).toEqual([ARGON2ID]);
  expect(await signUpAs(taken, "123456789012")).toEqual(await signUpAs(newEmail(), "123456789012"));
});
