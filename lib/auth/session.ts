import "server-only";
import { LRUCache } from "lru-cache";
import { cookies, headers } from "next/headers";
import { encode, getToken, type JWT } from "next-auth/jwt";
import { cache } from "react";
import {
  DEVICE_LIFE_SECONDS,
  deviceCookieName,
  deviceCookieWith,
  knownDevice,
  memberMark,
} from "@/lib/auth/known-device";
import { logInLifeSeconds } from "@/lib/auth/log-in-life";
import { beginLogIn, endLogIn, type Method } from "@/lib/auth/log-ins.store";
import type { VerifiedMember } from "@/lib/auth/members.queries";
import { type Member, type MemberIn, memberIn, memberOf } from "@/lib/auth/members.queries";
import type { Browser } from "@/lib/auth/new-browser.store";
import { config } from "@/lib/config";
import { isSecure } from "@/lib/http/forwarded";

type Jar = Awaited<ReturnType<typeof cookies>>;

/** `__Host-` makes browsers reject the cookie over plain http and from any other host, even a subdomain. */
export const sessionCookieName = (secure: boolean): string => `${secure ? "__Host-" : ""}next-auth.session-token`;

/** The log-in of a session token: a row of log_ins, without which the token is worthless. */
export const logInIdOf = (token: JWT): string | null => (typeof token.logIn === "string" ? token.logIn : null);

/** Browsers only accept `__Secure-` and `__Host-` cookies, and deletions of them, with the Secure flag. */
const attributesOf = (cookieName: string) =>
  ({ httpOnly: true, sameSite: "lax", path: "/", secure: cookieName.startsWith("__") }) as const;

/**
 * Logs the member in: sets the cookie that NextAuth's own credentials endpoint would set, so that a form works without
 * JavaScript and failures can be reported per field. `deviceWords` as `beginLogIn` takes them. `browser`: what the
 * browser counts as, if their mailbox has just proved that it is them; from then on it is known as theirs. Only in a
 * server action or a route handler.
 */
export async function startSession(
  member: VerifiedMember,
  deviceWords: string,
  method: Method = "password",
  browser?: Browser,
): Promise<void> {
  const countsAs = browser ?? browserKindOf(member, await deviceCookie());
  const logIn = await beginLogIn(member, deviceWords, new Date(), method, countsAs);
  const token = await encode({
    token: {
      sub: member.id,
      name: member.name,
      email: member.email,
      logIn: logIn.id,
      until: Math.floor(logIn.expiresAt.getTime() / 1000),
    },
    secret: config().AUTH_SECRET,
    maxAge: logInLifeSeconds(),
  });
  const [jar, secure] = [await cookies(), isSecure(await headers())];
  const name = sessionCookieName(secure);
  jar.set(name, token, { ...attributesOf(name), maxAge: logInLifeSeconds() });
  await rememberBrowser(member);
}

/** Marks the browser as known, for the member and their address. Only in a server action or a route handler. */
export async function rememberBrowser(member: VerifiedMember): Promise<void> {
  const [jar, secret] = [await cookies(), config().AUTH_SECRET];
  const device = deviceCookieName(isSecure(await headers()));
  const known = deviceCookieWith(
    secret,
    deviceCookieWith(secret, jar.get(device)?.value, member.email),
    memberMark(member),
  );
  jar.set(device, known, { ...attributesOf(device), maxAge: DEVICE_LIFE_SECONDS });
}

/** Whether the member has logged in before in the browser with this device cookie. */
export const browserKindOf = (member: VerifiedMember, cookie: string | undefined): Browser =>
  knownDevice(config().AUTH_SECRET, cookie, memberMark(member)) === null ? "new" : "known";

/** The device cookie of this browser (lib/auth/known-device.ts). */
export const deviceCookie = async (): Promise<string | undefined> =>
  (await cookies()).get(deviceCookieName(isSecure(await headers())))?.value;

/** Logs out on this device: ends the cookie's log-in on the server, so that a copy of the cookie is worthless. */
export async function endSession(): Promise<void> {
  const jar = await cookies();
  for (const secure of [true, false]) {
    const logInId = await logInIn(jar, sessionCookieName(secure));
    if (logInId) await endLogIn(logInId);
  }
  for (const { name } of jar.getAll()) {
    if (/^(__Secure-|__Host-)?next-auth\.session-token/.test(name))
      jar.set(name, "", { ...attributesOf(name), maxAge: 0 });
  }
}

/**
 * Who is logged in; null for nobody, an expired or forged cookie, a log-in that ended, and a member who was deleted or
 * has changed their password since. Once a request.
 */
export const currentMember = cache(async (): Promise<Member | null> => {
  const logInId = await currentLogIn();
  return logInId === null ? null : memberOf(logInId);
});

/** Like currentMember, with their role in a project. */
export async function currentMemberIn(projectId: string): Promise<MemberIn | null> {
  const logInId = await currentLogIn();
  return logInId === null ? null : memberIn(logInId, projectId);
}

/** The log-in of this request's cookie, whether or not it is still valid. Once a request. */
export const currentLogIn = cache(
  async (): Promise<string | null> => logInIn(await cookies(), sessionCookieName(isSecure(await headers()))),
);

/** The log-in in the cookie of this name; null without a genuine one. */
async function logInIn(jar: Jar, cookieName: string): Promise<string | null> {
  const sessionCookies = jar.getAll().filter(({ name }) => name.startsWith(cookieName)); // chunks of a long token
  if (sessionCookies.length === 0) return null;
  const key = JSON.stringify(sessionCookies.map(({ name, value }) => [name, value]));
  const known = genuineCookies.get(key);
  if (known && Date.now() < known.expiresAt) return known.logInId;
  const token = await getToken({
    req: {
      cookies: Object.fromEntries(sessionCookies.map(({ name, value }) => [name, value])),
      headers: {},
    } as unknown as Parameters<typeof getToken>[0]["req"],
    secret: config().AUTH_SECRET,
    cookieName,
  });
  const logInId = token && logInIdOf(token);
  if (!logInId) return null;
  genuineCookies.set(key, { logInId, expiresAt: Number(token.exp) * 1000 });
  return logInId;
}

/**
 * Caches genuine cookies, with their log-in and expiry (ms), as decrypting one takes a millisecond per page. Each
 * request still checks the log-in in the database.
 */
const genuineCookies = new LRUCache<string, { logInId: string; expiresAt: number }>({ max: 1_000 });
