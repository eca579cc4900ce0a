import { expect, test } from "vitest";
import { passwordSchema } from "./rule";

test("a password has 12 to 256 characters, any, and none is cut off", () => {
  for (const password of ["x".repeat(12), "x".repeat(64), "x".repeat(256), "пароль с пробелами 🔑"])
    expect(passwordSchema.parse(password)).toBe(password);
  for (const password of ["", "x".repeat(11), "x".repeat(257)])
    expect(passwordSchema.safeParse(password).success, String(password.length)).toBe(false);
});
