import { expect, test } from "vitest";
import {
  enrolment,
  hashRecoveryCode,
  newFactorSecret,
  newRecoveryCodes,
  openFactorSecret,
  RECOVERY_CODES,
  sealFactorSecret,
  timeStepOfCode,
} from "./second-factor";

const SECRET = "an instance's secret";
/** RFC 6238, appendix B, SHA-1: the last six of eight digits. */
const RFC_SECRET = Buffer.from("12345678901234567890");

test.each([
  [59, "287082"],
  [1111111109, "081804"],
  [1111111111, "050471"],
  [1234567890, "005924"],
  [2000000000, "279037"],
  [20000000000, "353130"],
])("at second %d the code is %s, one step around it too, and no other", (second, code) => {
  const now = second * 1_000;
  const step = Math.floor(second / 30);
  expect(timeStepOfCode(RFC_SECRET, code, 0, now)).toBe(step);
  expect(timeStepOfCode(RFC_SECRET, ` ${code.slice(0, 3)} ${code.slice(3)} `, 0, now)).toBe(step);
  expect(timeStepOfCode(RFC_SECRET, code, 0, now + 30_000)).toBe(step);
  expect(timeStepOfCode(RFC_SECRET, code, 0, now - 30_000)).toBe(step);
  for (const later of [60_000, 90_000]) expect(timeStepOfCode(RFC_SECRET, code, 0, now + later)).toBeNull();
  expect(timeStepOfCode(RFC_SECRET, code, step, now)).toBeNull(); // once
  for (const wrong of ["", "28708", "2870822", "28708a", "２８７０８２", "-87082", `${code}\0`])
    expect(timeStepOfCode(RFC_SECRET, wrong, 0, now)).toBeNull();
});

test("an app gets the secret by QR code or typed", () => {
  const { uri, typed } = enrolment(RFC_SECRET, "ada@example.com");
  expect(uri).toMatch(/^otpauth:\/\/totp\/Throughline:ada%40example\.com\?/);
  expect(typed.replaceAll(" ", "")).toBe("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
  expect(new URL(uri).searchParams.get("secret")).toBe(typed.replaceAll(" ", ""));
  expect(newFactorSecret()).toHaveLength(20);
});

test("a sealed secret opens only with the same key for the same member, and never looks the same twice", () => {
  const secret = newFactorSecret();
  const stored = sealFactorSecret([SECRET], "member-1", secret);
  expect(openFactorSecret([SECRET], "member-1", stored).equals(secret)).toBe(true);
  expect(stored.includes(secret)).toBe(false);
  expect(sealFactorSecret([SECRET], "member-1", secret).equals(stored)).toBe(false);
  expect(() => openFactorSecret(["another secret"], "member-1", stored)).toThrow();
  expect(() => openFactorSecret([SECRET], "member-2", stored)).toThrow();
  stored[stored.length - 1] = (stored.at(-1) ?? 0) ^ 1;
  expect(() => openFactorSecret([SECRET], "member-1", stored)).toThrow();
});

test("recovery codes are distinct and accepted in any case and spacing", () => {
  const codes = newRecoveryCodes();
  expect(new Set(codes).size).toBe(RECOVERY_CODES);
  for (const code of codes) {
    expect(code).toMatch(/^[2-9a-hjkmnp-z]{4}(-[2-9a-hjkmnp-z]{4}){2}$/);
    const hash = hashRecoveryCode(SECRET, code);
    expect(hashRecoveryCode(SECRET, ` ${code.toUpperCase().replaceAll("-", " ")} `)).toEqual(hash);
    expect(hashRecoveryCode("another secret", code)).not.toEqual(hash);
  }
  for (const none of ["", "123456", "abcd", `${codes[0]}x`]) expect(hashRecoveryCode(SECRET, none)).toBeNull();
});
