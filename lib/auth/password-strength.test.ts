import { expect, test } from "vitest";
import { judgePassword, refuseWeakPassword } from "@/lib/auth/password-strength";
import { PASSWORD_MAX_LENGTH } from "@/lib/auth/schemas";
import { costRatio, costTest } from "@/tests/support/cost";

const ADA = ["ada.byron@larder-shop.example", "Ada Lovelace", "Weather Vane", "vane.example"];

test.each([
  ["digits in a row", "1234567890", "common"],
  ["digits backwards", "0987654321", "common"],
  ["a leaked one", "1q2w3e4r5t6y", "common"],
  ["a leaked one with symbols for letters", "P@ssw0rd123", "common"],
  ["a leaked one and a year", "iloveyou2024", "common"],
  ["a common one with punctuation", "Welcome2026!", "common"],
  ["a common one twice", "trustno1trustno1", "repeats"],
  ["one letter", "aaaaaaaaaaaa", "repeats"],
  ["one letter over and over", "a".repeat(PASSWORD_MAX_LENGTH), "repeats"],
  ["three letters repeated", "abcabcabcabc", "repeats"],
  ["the alphabet", "abcdefghijklmnop", "row"],
  ["a row of keys", "qwertyuiop", "common"],
  ["the e-mail address", "ada.byron@larder-shop.example", "your name"],
  ["the e-mail address in capitals", "ADA.BYRON@LARDER-SHOP.EXAMPLE", "your name"],
  ["its first part and a year", "ada.byron1815", "your name"],
  ["its domain", "larder-shop", "your name"],
  ["the name", "Ada Lovelace", "your name"],
  ["the name and a number", "lovelace1815", "your name"],
  ["the project", "weathervane", "your name"],
  ["the project as typed", "Weather Vane", "your name"],
  ["this product", "throughline1", "your name"],
])("refused: %s", async (_what, password, because) => {
  await expect(refuseWeakPassword(password, ADA)).rejects.toMatchObject({
    code: "unprocessable",
    field: "password",
    message: expect.stringMatching(because),
  });
});

test.each([
  "correct horse battery",
  "a long enough password",
  "kaffee und kuchen",
  "x7Gq!pL2wz",
  "wasser fällt bergab",
  "猫は窓辺で眠っている朝",
  "ada likes long walks home",
  "unter den linden 7",
])("accepted: %s", (password) => expect(refuseWeakPassword(password, ADA)).resolves.toBeUndefined());

test.each([
  ["iloveyou2024", 1, "common"],
  ["lovelace1815", 1, "your name"],
  ["x7Gq!pL2", 2, "Good enough"],
  ["unter den linden 7 stehen", 3, "Strong"],
])("%s is rated %i as it is typed, and accepted by the same rule", async (password, level, words) => {
  expect(await judgePassword(password, ADA)).toEqual({ level, words: expect.stringContaining(words) });
  const taken = await refuseWeakPassword(password, ADA).then(
    () => true,
    () => false,
  );
  expect(taken).toBe(level > 1);
});

costTest("the work is bounded, however long the password and the context", async () => {
  const judged = (password: string, context: string[]) => async () => {
    for (let i = 0; i < 5; i++) await refuseWeakPassword(password, context).catch(() => {});
  };
  const worst = "p@$$w0rd19894@8({[<&3€5$7+%2z";
  const short = judged(worst.repeat(2).slice(0, 32), ADA);
  const long = judged(worst.repeat(8).slice(0, PASSWORD_MAX_LENGTH), [...ADA, "word ".repeat(50_000)]);
  await short(); // warm
  expect(await costRatio(short, long, 4)).toBeLessThan(4);
});
