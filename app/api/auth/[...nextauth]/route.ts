import { NextRequest } from "next/server";
import NextAuth from "next-auth";
import { authOptions } from "@/lib/auth/options";
import { providerOf } from "@/lib/auth/provider-list";
import { finishAtProvider } from "@/lib/auth/providers/flow";
import { config } from "@/lib/config";
import { AppError } from "@/lib/errors";
import { readBytes } from "@/lib/http/body";
import { isSecure } from "@/lib/http/forwarded";
import { handle } from "@/lib/http/handle";
import { localPath } from "@/lib/http/local-path";
import { deviceName } from "@/lib/ingest/enrich/device-name";

type Context = { params: Promise<{ nextauth: string[] }> };

/** Limit in bytes; a token, an e-mail and a password are far smaller. */
const MAX_BYTES = 16 * 1024;

/** NextAuth endpoints we use. Not `_log`, which would let anyone write to our log. */
const ACTIONS = new Set(["csrf", "session", "providers", "signin", "signout", "callback", "error"]);

const handler = handle(async (request: Request, context: Context): Promise<Response> => {
  const [action = "", id = ""] = (await context.params).nextauth;
  // Log-ins through a provider start in a server action, which is throttled.
  const isOurs = ACTIONS.has(action) && !(action === "signin" && request.method !== "GET");
  if (!isOurs) throw new AppError("not_found", "There is nothing at this address.");
  const limited = request.method === "GET" ? request : await bounded(request);
  const [secure, device] = [isSecure(request.headers), deviceName(request.headers)];
  const run = (arrived?: (profile: unknown) => Promise<string>): Promise<Response> =>
    NextAuth(limited as never, context as never, authOptions(secure, device, arrived));
  const provider = action === "callback" ? providerOf(id) : null;
  const error = new URL(request.url).searchParams.get("error");
  if (provider) return finishAtProvider(provider, { error, device }, run);
  const response = await run();
  const location = response.headers.get("location");
  if (location !== null) response.headers.set("location", localPath(withoutOrigin(location)));
  return response;
});

/** The request with its body read within the limit: NextAuth reads bodies of any size. */
const bounded = async (request: Request): Promise<Request> =>
  new NextRequest(request.url, {
    method: request.method,
    headers: request.headers,
    body: new Uint8Array(await readBytes(request.body, MAX_BYTES)),
  });

/** NextAuth starts its own addresses with APP_URL, or, without one, with http://localhost:3000. */
const withoutOrigin = (location: string): string => {
  const origin = config().APP_URL === "" ? "http://localhost:3000" : new URL(config().APP_URL).origin;
  return location.startsWith(`${origin}/`) ? location.slice(origin.length) : location;
};

export { handler as GET, handler as POST };
