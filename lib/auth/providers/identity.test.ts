import { expect, test } from "vitest";
import { parseProviderIdentity } from "./identity";

const ACME = {
  id: "oidc",
  name: "Acme",
  issuer: "https://id.example.com",
  clientId: "x",
  clientSecret: "y",
} as const;
const claims = (changes: object) => ({ sub: "1", email: "Ada@Example.com ", email_verified: true, ...changes });
const read = (changes: object, trustsAll = false) => parseProviderIdentity(ACME, claims(changes), trustsAll);

test("an address counts as verified only if the provider says so", () => {
  expect(read({})).toMatchObject({ email: "ada@example.com", isVerified: true });
  expect(read({ email_verified: "true" })).toMatchObject({ isVerified: true });
  for (const email_verified of [undefined, false, "false", null, 1, "yes", {}])
    expect(read({ email_verified }), String(email_verified)).toMatchObject({ isVerified: false });
  expect(read({ email_verified: undefined }, true)).toMatchObject({ isVerified: true });
});

test("without a usable address nothing is verified", () => {
  for (const email of [undefined, null, 7, "", "ada", "a@b@c", `${"x".repeat(300)}@example.com`])
    expect(read({ email }, true), String(email)).toMatchObject({ email: null, isVerified: false });
});

test("claims of another issuer, or without a usable subject, identify nobody", () => {
  expect(read({ iss: "https://id.example.com/" })).not.toBeNull();
  expect(read({ iss: "https://evil.example.com" })).toBeNull();
  for (const sub of [undefined, "", 7, "x".repeat(256)]) expect(read({ sub })).toBeNull();
  for (const profile of [null, undefined, "x", []]) expect(parseProviderIdentity(ACME, profile, false)).toBeNull();
});

test("the name is the provider's, else the user name, else the start of the address", () => {
  expect(read({ name: " Ada Lovelace " })?.name).toBe("Ada Lovelace");
  expect(read({ name: "", preferred_username: "ada" })?.name).toBe("ada");
  expect(read({ name: 7 })?.name).toBe("ada");
  expect(read({ name: "x\u0000".repeat(200) })?.name.length).toBeLessThanOrEqual(80);
  expect(read({ email: undefined })?.name).toBe("Member");
});
