import "server-only";
import { cookies, headers } from "next/headers";
import { encode, getToken } from "next-auth/jwt";
import { cache } from "react";
import { SESSION_MAX_AGE_SECONDS, sessionCookieName } from "@/lib/auth/options";
import { type Member, memberById } from "@/lib/auth/queries";
import { config } from "@/lib/config";
import { isSecure } from "@/lib/http/forwarded";

/**
 * Logs the member in: sets the cookie NextAuth's own credentials endpoint would set, so a form without JavaScript works
 * and failures can be told field by field. Only in a server action or a route handler.
 */
export async function startSession(member: Member): Promise<void> {
  const secure = isSecure(await headers());
  const token = await encode({
    token: { sub: member.id, name: member.name, email: member.email },
    secret: config().AUTH_SECRET,
    maxAge: SESSION_MAX_AGE_SECONDS,
  });
  (await cookies()).set(sessionCookieName(secure), token, {
    httpOnly: true,
    sameSite: "lax",
    path: "/",
    secure,
    maxAge: SESSION_MAX_AGE_SECONDS,
  });
}

/** Logs out on this device. */
export async function endSession(): Promise<void> {
  const jar = await cookies();
  for (const { name } of jar.getAll()) if (/^(__Secure-)?next-auth\.session-token/.test(name)) jar.delete(name);
}

/** Who is logged in; null for nobody, an expired or forged cookie, and a member deleted since. Once a request. */
export const currentMember = cache(async (): Promise<Member | null> => {
  const [jar, sent] = [await cookies(), await headers()];
  const token = await getToken({
    req: {
      cookies: Object.fromEntries(jar.getAll().map(({ name, value }) => [name, value])),
      headers: {},
    } as unknown as Parameters<typeof getToken>[0]["req"],
    secret: config().AUTH_SECRET,
    cookieName: sessionCookieName(isSecure(sent)),
  });
  return token?.sub ? memberById(token.sub) : null;
});
