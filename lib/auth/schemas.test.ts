import { expect, test } from "vitest";
import { passwordSchema } from "./schemas";

test("a password has 12 to 128 characters of any kind and is not truncated", () => {
  for (const password of ["x".repeat(12), "x".repeat(64), "x".repeat(128), "пароль с пробелами 🔑", "twelve  words"])
    expect(passwordSchema.parse(password)).toBe(password);
  for (const password of ["", "x".repeat(11), "x".repeat(129)])
    expect(passwordSchema.safeParse(password).success, String(password.length)).toBe(false);
});

test("spaces in a row count as one character", () => {
  expect(passwordSchema.safeParse(`lantern${" ".repeat(5)}`).success).toBe(false);
  expect(passwordSchema.safeParse(`tall${" ".repeat(40)}lamp`).success).toBe(false);
  expect(passwordSchema.safeParse("tall   lantern").success).toBe(true);
});
