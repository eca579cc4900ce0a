import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import Provider, { type Configuration } from "oidc-provider";
import { freePort } from "@/scripts/postgres";

export type IssuerUser = { email?: string; email_verified?: boolean; name?: string };

export type Issuer = {
  url: string;
  /** Who can log in there, by subject; changed by tests. */
  users: Map<string, IssuerUser>;
  close(): Promise<void>;
};

export const CLIENT = { id: "throughline", secret: "a secret only the test knows" };

/** A real OpenID Connect issuer (oidc-provider) for one redirect address, whose log-in page has a button per user. */
export async function openIssuer(redirectUri: string, at?: number): Promise<Issuer> {
  const port = at ?? (await freePort());
  const url = `http://localhost:${port}`;
  const users = new Map<string, IssuerUser>();
  const configuration: Configuration = {
    clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [redirectUri] }],
    pkce: { required: () => true },
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    cookies: { keys: ["a key"] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    findAccount: (_context, sub) => ({ accountId: sub, claims: async () => ({ sub, ...users.get(sub) }) }),
    loadExistingGrant: async (context) => {
      const { client, session, provider } = context.oidc;
      const grant = new provider.Grant({ clientId: client?.clientId, accountId: session?.accountId });
      grant.addOIDCScope("openid email profile");
      await grant.save();
      return grant;
    },
  };
  const provider = new Provider(url, configuration);
  const answer = provider.callback();
  const server = createServer((request, response) => void route(provider, users, answer, request, response));
  server.listen(port, "localhost");
  await once(server, "listening");
  return { url, users, close: () => closed(server) };
}

type Answer = ReturnType<Provider["callback"]>;

async function route(
  provider: Provider,
  users: Map<string, IssuerUser>,
  answer: Answer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? "/", "http://localhost");
  if (!url.pathname.startsWith("/interaction/")) return void (await answer(request, response));
  const accountId = url.searchParams.get("as");
  if (accountId === "nobody") {
    const refusal = { error: "access_denied", error_description: "They said no" };
    return provider.interactionFinished(request, response, refusal);
  }
  if (accountId !== null) return provider.interactionFinished(request, response, { login: { accountId } });
  const links = [...users.keys(), "nobody"].map((sub) => `<a href="${url.pathname}?as=${sub}">Continue as ${sub}</a>`);
  response.setHeader("content-type", "text/html");
  response.end(`<!doctype html><title>Issuer</title>${links.join(" ")}`);
}

async function closed(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, "close");
}
