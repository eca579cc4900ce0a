import { parseOptions } from "@node-rs/argon2";
import { expect, test } from "vitest";
import { hashPassword, verifyPassword } from "@/lib/auth/password";

test("a hash is argon2id with at least OWASP's parameters and its own salt", async () => {
  const [first, second] = await Promise.all([hashPassword("correct horse"), hashPassword("correct horse")]);
  expect(first).toMatch(/^\$argon2id\$v=19\$/);
  expect(first).not.toBe(second);
  expect(parseOptions(first)).toMatchObject({ memoryCost: 19_456, timeCost: 2, parallelism: 1, saltLen: 16 });
});

test("only the same password matches, in any Unicode form", async () => {
  const hash = await hashPassword("pässword für");
  expect(await verifyPassword(hash, "pässword für")).toBe(true);
  expect(await verifyPassword(hash, "pässword für".normalize("NFD"))).toBe(true);
  expect(await verifyPassword(hash, "pässword fur")).toBe(false);
  expect(await verifyPassword(hash, "")).toBe(false);
});

test("passwords are not truncated: a longer one with the same start does not match", async () => {
  const long = "k".repeat(256);
  const hash = await hashPassword(long);
  expect(await verifyPassword(hash, long)).toBe(true);
  expect(await verifyPassword(hash, `${long}x`)).toBe(false);
});

test("a member who does not exist never matches, not even with the decoy's own password", async () => {
  expect(await verifyPassword(null, "the decoy behind members who do not exist")).toBe(false);
});
