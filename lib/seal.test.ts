import fc from "fast-check";
import { expect, test } from "vitest";
import { reseal, resealText, seal, sealText, unseal, unsealText } from "./seal";

const FOR = { purpose: "identify secret", owner: "p1" } as const;
const [OLD, NEW] = ["the secret of before", "the secret of today"];

test("a secret is opened with the AUTH_SECRET it was sealed with, for the same purpose and owner, and unchanged", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (secret) => {
      const stored = seal([NEW], FOR, secret);
      expect(unseal([NEW], FOR, stored)).toEqual(Buffer.from(secret));
      expect(stored.equals(seal([NEW], FOR, secret))).toBe(false);
      for (const open of [
        () => unseal([OLD], FOR, stored),
        () => unseal([NEW], { ...FOR, owner: "p2" }, stored),
        () => unseal([NEW], { ...FOR, purpose: "erase key" }, stored),
        () =>
          unseal(
            [NEW],
            FOR,
            stored.map((byte, at) => (at === 14 ? byte ^ 1 : byte)),
          ),
        () => unseal([NEW], FOR, stored.subarray(0, 20)),
      ])
        expect(open).toThrow();
    }),
    { numRuns: 30 },
  );
});

test("after a rotation the old AUTH_SECRET still opens, and what it sealed is sealed again, once", () => {
  const before = seal([OLD], FOR, Buffer.from("x"));
  expect(unseal([NEW, OLD], FOR, before).toString()).toBe("x");
  const after = reseal([NEW, OLD], FOR, before);
  expect(after && unseal([NEW], FOR, after).toString()).toBe("x");
  expect(after && reseal([NEW, OLD], FOR, after)).toBeNull();
  expect(() => reseal([NEW], FOR, before)).toThrow();
});

test("a text column may hold the secret itself, until it is sealed", () => {
  const secrets = () => [NEW, OLD] as const;
  expect(unsealText(secrets, FOR, "tl_identify_x")).toBe("tl_identify_x");
  const sealed = resealText(secrets(), FOR, "tl_identify_x") ?? "";
  expect(sealed).not.toContain("tl_identify");
  expect(unsealText(secrets, FOR, sealed)).toBe("tl_identify_x");
  expect(resealText(secrets(), FOR, sealed)).toBeNull();
  const old = sealText([OLD], FOR, "tl_identify_x");
  expect(unsealText(() => [NEW], FOR, resealText(secrets(), FOR, old) ?? "")).toBe("tl_identify_x");
  expect(() => unsealText(() => [NEW], FOR, old)).toThrow();
});
