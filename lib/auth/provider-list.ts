import { type Config, config } from "@/lib/config";
import { withoutTrailingSlashes } from "@/lib/format/slashes";

/** Log-in providers: the instance's OpenID Connect issuer, GitHub, Google. */
export const PROVIDER_IDS = ["oidc", "github", "google"] as const;
export type ProviderId = (typeof PROVIDER_IDS)[number];

/**
 * A configured provider. `name` follows "with" in sentences. `issuer` is stored with each linked log-in, as a subject
 * is only unique within it.
 */
export type Provider = { id: ProviderId; name: string; issuer: string; clientId: string; clientSecret: string };

export const GOOGLE_ISSUER = "https://accounts.google.com";

/** The providers that the operator has set up. */
export const providers = (): Provider[] => providersIn(config());

export function providersIn(env: Config): Provider[] {
  const configured: Provider[] = [
    {
      id: "oidc",
      name: env.OIDC_NAME,
      issuer: withoutTrailingSlashes(env.OIDC_ISSUER),
      clientId: env.OIDC_CLIENT_ID,
      clientSecret: env.OIDC_CLIENT_SECRET,
    },
    {
      id: "github",
      name: "GitHub",
      issuer: withoutTrailingSlashes(env.GITHUB_URL),
      clientId: env.GITHUB_CLIENT_ID,
      clientSecret: env.GITHUB_CLIENT_SECRET,
    },
    {
      id: "google",
      name: "Google",
      issuer: GOOGLE_ISSUER,
      clientId: env.GOOGLE_CLIENT_ID,
      clientSecret: env.GOOGLE_CLIENT_SECRET,
    },
  ];
  return configured.filter(({ clientId }) => clientId !== "");
}

export const providerOf = (id: string): Provider | null => providers().find((one) => one.id === id) ?? null;
