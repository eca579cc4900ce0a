import NextAuth from "next-auth";
import { deviceOf } from "@/app/(auth)/device";
import { authOptions } from "@/lib/auth/options";
import { AppError } from "@/lib/errors";
import { isSecure } from "@/lib/http/forwarded";
import { handle } from "@/lib/http/handle";
import { localPath } from "@/lib/http/local-path";

type Context = { params: Promise<{ nextauth: string[] }> };

/** What we use of NextAuth. Not `_log`, with which anybody could write into our log. */
const ACTIONS = new Set(["csrf", "session", "providers", "signin", "signout", "callback", "error"]);

const handler = handle(async (request: Request, context: Context): Promise<Response> => {
  const [action = ""] = (await context.params).nextauth;
  if (!ACTIONS.has(action)) throw new AppError("not_found", "There is nothing at this address.");
  const options = authOptions(isSecure(request.headers), deviceOf(request.headers));
  const response: Response = await NextAuth(request as never, context as never, options);
  const location = response.headers.get("location");
  if (location !== null) response.headers.set("location", localPath(withoutOrigin(location)));
  return response;
});

/** Without NEXTAUTH_URL, NextAuth takes itself to be at http://localhost:3000. */
const withoutOrigin = (location: string): string => location.replace(/^http:\/\/localhost:3000(?=\/)/, "");

export { handler as GET, handler as POST };
