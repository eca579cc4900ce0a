import GitHubProvider from "next-auth/providers/github";
import GoogleProvider from "next-auth/providers/google";
import type { OAuthConfig } from "next-auth/providers/index";
import { z } from "zod";
import { type Provider, providers } from "@/lib/auth/provider-list";
import { config } from "@/lib/config";

/** How long a provider may take for one answer, in ms. */
const ANSWER_MS = 8_000;

type Claims = { sub: string };

/** The providers in NextAuth's form, with every check that each supports. */
export const nextAuthProviders = (): OAuthConfig<Claims>[] => providers().map(configOf);

function configOf(provider: Provider): OAuthConfig<Claims> {
  const { clientId, clientSecret } = provider;
  const shared = {
    clientId,
    clientSecret,
    profile: (claims: Claims) => ({ id: claims.sub }),
    httpOptions: { timeout: ANSWER_MS },
  };
  if (provider.id === "github") return gitHub(provider, shared);
  const openId = { ...shared, checks: ["pkce", "state", "nonce"] as OAuthConfig<Claims>["checks"] };
  if (provider.id === "google") return GoogleProvider(openId as never) as unknown as OAuthConfig<Claims>;
  return {
    ...openId,
    id: provider.id,
    name: provider.name,
    type: "oauth",
    idToken: true,
    wellKnown: `${provider.issuer}/.well-known/openid-configuration`,
    authorization: { params: { scope: config().OIDC_SCOPES } },
    userinfo: { request: async ({ client, tokens }) => claimsOf(client, tokens) },
  };
}

type UserinfoRequest = Parameters<
  NonNullable<Extract<OAuthConfig<Claims>["userinfo"], { request?: unknown }>["request"]>
>[0];

/**
 * The claims of the ID token, whose signature and nonce are checked; missing ones are taken from the userinfo endpoint,
 * where many issuers keep the address. The client rejects a response about another subject.
 */
async function claimsOf(client: UserinfoRequest["client"], tokens: UserinfoRequest["tokens"]): Promise<Claims> {
  const claims = (tokens as unknown as { claims(): Claims & { email?: string } }).claims();
  if (claims.email !== undefined || !client.issuer.metadata.userinfo_endpoint) return claims;
  return { ...(await client.userinfo(tokens as never)), ...claims };
}

type Shared = Pick<OAuthConfig<Claims>, "clientId" | "clientSecret" | "profile" | "httpOptions">;

/** GitHub has no ID token. It lists verified addresses separately, and NextAuth does not read that list. */
function gitHub({ issuer }: Provider, shared: Shared): OAuthConfig<Claims> {
  const api = issuer === "https://github.com" ? "https://api.github.com" : `${issuer}/api/v3`;
  return GitHubProvider({
    ...shared,
    checks: ["pkce", "state"],
    authorization: { url: `${issuer}/login/oauth/authorize`, params: { scope: "read:user user:email" } },
    token: `${issuer}/login/oauth/access_token`,
    userinfo: { request: async ({ tokens }: UserinfoRequest) => gitHubClaims(api, String(tokens.access_token)) },
  } as never) as unknown as OAuthConfig<Claims>;
}

const userSchema = z.object({ id: z.number().int(), login: z.string(), name: z.string().nullish() });
const emailsSchema = z.array(z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() }));

async function gitHubClaims(api: string, token: string): Promise<Claims & Record<string, unknown>> {
  const read = async (path: string): Promise<unknown> => {
    const headers = { authorization: `Bearer ${token}`, accept: "application/vnd.github+json" };
    const answer = await fetch(`${api}${path}`, { headers, signal: AbortSignal.timeout(ANSWER_MS) });
    if (!answer.ok) throw new Error(`GitHub answered ${answer.status} to ${path}`);
    return answer.json();
  };
  const [user, emails] = [userSchema.parse(await read("/user")), emailsSchema.parse(await read("/user/emails"))];
  const primary = emails.find((one) => one.primary);
  return {
    sub: String(user.id),
    name: user.name ?? user.login,
    email: primary?.email,
    email_verified: primary?.verified ?? false,
  };
}
