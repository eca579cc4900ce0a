import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { parseProviderIdentity } from "@/lib/auth/providers/identity";
import { nextAuthProviders } from "./next-auth-providers";
import { type Provider, providers } from "./provider-list";

const known = globalThis as { throughlineConfig?: unknown };
const forget = () => Reflect.deleteProperty(known, "throughlineConfig");

beforeEach(() => {
  vi.stubEnv("DATABASE_URL", "postgresql://x");
  vi.stubEnv("AUTH_SECRET", "a secret of the test");
  vi.stubEnv("APP_URL", "https://analytics.example.com");
  forget();
});
afterEach(() => {
  vi.unstubAllEnvs();
  forget();
});

test("without their variables there is no provider", () => {
  expect(nextAuthProviders()).toEqual([]);
});

test("Google is configured by its discovery document, with every check, and asked for the address only", () => {
  vi.stubEnv("GOOGLE_CLIENT_ID", "the id");
  vi.stubEnv("GOOGLE_CLIENT_SECRET", "the secret");
  const [google, ...others] = nextAuthProviders();
  expect(others).toEqual([]);
  // NextAuth merges our settings over its own.
  const merged = { ...google, ...(google as { options?: object }).options };
  expect(merged).toMatchObject({
    id: "google",
    idToken: true,
    wellKnown: "https://accounts.google.com/.well-known/openid-configuration",
    authorization: { params: { scope: "openid email profile" } },
    checks: ["pkce", "state", "nonce"],
    clientId: "the id",
    clientSecret: "the secret",
    httpOptions: { timeout: expect.any(Number) },
  });
});

test("Google's claims give the subject, the name and a verified address; another issuer's identify nobody", () => {
  vi.stubEnv("GOOGLE_CLIENT_ID", "the id");
  vi.stubEnv("GOOGLE_CLIENT_SECRET", "the secret");
  const [google] = providers() as [Provider];
  /** As Google documents an ID token. */
  const claims = {
    iss: "https://accounts.google.com",
    azp: "the id",
    aud: "the id",
    sub: "110169484474386276334",
    at_hash: "HK6E_P6Dh8Y93mRNtsDB1Q",
    hd: "example.com",
    email: "Ada@Example.com",
    email_verified: true,
    name: "Ada Lovelace",
    picture: "https://lh3.googleusercontent.com/a/x",
    iat: 1_353_601_026,
    exp: 1_353_604_926,
    nonce: "0394852-3190485-2490358",
  };
  expect(parseProviderIdentity(google, claims, false)).toEqual({
    provider: google,
    subject: claims.sub,
    email: "ada@example.com",
    isVerified: true,
    name: "Ada Lovelace",
  });
  expect(parseProviderIdentity(google, { ...claims, email_verified: false }, false)).toMatchObject({
    isVerified: false,
  });
  expect(parseProviderIdentity(google, { ...claims, iss: "https://evil.example" }, false)).toBeNull();
});
