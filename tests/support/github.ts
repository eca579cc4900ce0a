import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { freePort } from "@/scripts/postgres";

type Email = { email: string; primary: boolean; verified: boolean };
export type GitHubUser = { id: number; login: string; name: string | null; emails: Email[] };

const json = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
};

async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return new URLSearchParams(text);
}

/**
 * What GitHub Enterprise Server answers to a log-in, for the user set in `user`: its consent page approves at once. It
 * keeps GitHub's rules: the code is valid once, and only with the challenge's verifier.
 */
export async function openGitHub() {
  const port = await freePort();
  const state = { user: { id: 1, login: "ada", name: null, emails: [] } as GitHubUser };
  const challenges = new Map<string, string>();
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", `http://localhost:${port}`);
    if (url.pathname === "/login/oauth/authorize") {
      const code = `code-${challenges.size}`;
      challenges.set(code, url.searchParams.get("code_challenge") ?? "");
      const back = new URL(url.searchParams.get("redirect_uri") ?? "");
      back.searchParams.set("code", code);
      back.searchParams.set("state", url.searchParams.get("state") ?? "");
      response.writeHead(302, { location: back.href });
      response.end();
    } else if (url.pathname === "/login/oauth/access_token") {
      const form = await formOf(request);
      const [code, verifier] = [form.get("code") ?? "", form.get("code_verifier") ?? ""];
      const isRight = challenges.get(code) === createHash("sha256").update(verifier).digest("base64url");
      challenges.set(code, "used");
      if (!isRight) return json(response, 200, { error: "bad_verification_code" });
      json(response, 200, { access_token: "gho_x", token_type: "bearer", scope: "read:user,user:email" });
    } else if (request.headers.authorization !== "Bearer gho_x") json(response, 401, { message: "Bad credentials" });
    else if (url.pathname === "/api/v3/user") json(response, 200, state.user);
    else if (url.pathname === "/api/v3/user/emails") json(response, 200, state.user.emails);
    else json(response, 404, { message: "Not Found" });
  });
  server.listen(port, "localhost");
  await once(server, "listening");
  return {
    url: `http://localhost:${port}`,
    state,
    close: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
