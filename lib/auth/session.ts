import "server-only";
import { LRUCache } from "lru-cache";
import { cookies, headers } from "next/headers";
import { encode, getToken } from "next-auth/jwt";
import { cache } from "react";
import { SESSION_MAX_AGE_SECONDS, sessionCookieName } from "@/lib/auth/options";
import { type Login, type Member, type MemberIn, memberIn, memberOf, sessionVersionOf } from "@/lib/auth/queries";
import { config } from "@/lib/config";
import { isSecure } from "@/lib/http/forwarded";

/**
 * Logs the member in: sets the cookie NextAuth's own credentials endpoint would set, so a form without JavaScript works
 * and failures can be told field by field. Only in a server action or a route handler.
 */
export async function startSession(member: Member): Promise<void> {
  const secure = isSecure(await headers());
  const token = await encode({
    token: { sub: member.id, name: member.name, email: member.email, version: await sessionVersionOf(member.id) },
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

/**
 * Who is logged in; null for nobody, an expired or forged cookie, and a member who was deleted or got a new password since. Once a
 * request.
 */
export const currentMember = cache(async (): Promise<Member | null> => {
  const login = await currentLogin();
  return login && memberOf(login);
});

/** As currentMember, with what they are in a project. */
export async function currentMemberIn(projectId: string): Promise<MemberIn | null> {
  const login = await currentLogin();
  return login && memberIn(login, projectId);
}

/** What the session's cookie says, whether or not it still holds. Once a request. */
const currentLogin = cache(async (): Promise<Login | null> => {
  const [jar, sent] = [await cookies(), await headers()];
  const cookieName = sessionCookieName(isSecure(sent));
  const sessionCookies = jar.getAll().filter(({ name }) => name.startsWith(cookieName)); // a long one comes in parts
  const key = JSON.stringify(sessionCookies.map(({ name, value }) => [name, value]));
  const known = sessions.get(key);
  if (known && Date.now() < known.expiresAt) return known.login;
  const token = await getToken({
    req: {
      cookies: Object.fromEntries(sessionCookies.map(({ name, value }) => [name, value])),
      headers: {},
    } as unknown as Parameters<typeof getToken>[0]["req"],
    secret: config().AUTH_SECRET,
    cookieName,
  });
  if (!token?.sub) return null;
  const login = { memberId: token.sub, version: Number(token.version ?? 0) };
  sessions.set(key, { login, expiresAt: Number(token.exp) * 1000 });
  return login;
});

/**
 * Cookies that proved genuine, with who they name and until when (ms): to decrypt one takes a millisecond, and each page would
 * do it again. Whoever can show the cookie is who it names, so remembering it tells nobody more than the cookie does.
 */
const sessions = new LRUCache<string, { login: Login; expiresAt: number }>({ max: 1_000 });
