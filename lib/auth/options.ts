import type { NextAuthOptions } from "next-auth";
import { encode, type JWT } from "next-auth/jwt";
import CredentialsProvider from "next-auth/providers/credentials";
import { deviceCookieName } from "@/lib/auth/known-device";
import { logInLifeSeconds } from "@/lib/auth/log-in-life";
import { beginLogIn, endLogIn } from "@/lib/auth/log-ins.store";
import type { VerifiedMember } from "@/lib/auth/members.queries";
import { memberOf } from "@/lib/auth/members.queries";
import { logIn } from "@/lib/auth/members.store";
import type { Browser } from "@/lib/auth/new-browser.store";
import { nextAuthProviders } from "@/lib/auth/next-auth-providers";
import { passwordRefusalOf } from "@/lib/auth/password-strength";
import { emailSchema } from "@/lib/auth/schemas";
import { browserKindOf, logInIdOf, sessionCookieName } from "@/lib/auth/session";
import { config } from "@/lib/config";
import { logFault } from "@/lib/faults/log";
import { clientIp } from "@/lib/http/forwarded";
import { localPath } from "@/lib/http/local-path";

/**
 * Errors that are not logged, or strangers could fill the log: they occur whenever a cookie is expired, forged or of an
 * ended log-in.
 */
const EXPECTED = new Set(["JWT_SESSION_ERROR", "SIGNOUT_ERROR", "OAUTH_CALLBACK_HANDLER_ERROR"]);

/** Whether a callback failed the checks of state, nonce or PKCE: forged, or without a matching log-in attempt. */
const isFailedCheck = (fault: { message?: string }): boolean =>
  /\b(state|nonce|code_verifier|cookie)\b/i.test(fault.message ?? "");

/** How long somebody may take at a provider, in seconds. */
const AT_PROVIDER_SECONDS = 15 * 60;

type OnArrival = (profile: unknown) => Promise<string>;

/**
 * NextAuth's options for one request. `secure`: the browser reached us over https, so its cookies get the Secure flag.
 * `device` in words, as `beginLogIn` takes it. `onArrival` gets the profile of somebody returning from a provider, once
 * every check has passed, and returns the path to send them to; it begins their log-in, not NextAuth.
 */
export function authOptions(secure: boolean, device: string, onArrival?: OnArrival): NextAuthOptions {
  const logInCookie = (name: string, maxAge?: number) => ({
    name: `${secure ? "__Host-" : ""}next-auth.${name}`,
    options: { httpOnly: true, sameSite: "lax" as const, path: "/", secure, ...(maxAge ? { maxAge } : {}) },
  });
  return {
    secret: config().AUTH_SECRET,
    session: { strategy: "jwt", maxAge: logInLifeSeconds() },
    jwt: {
      // NextAuth renews the token at each read of the session; the log-in's expiry does not change.
      encode: (params) => encode({ ...params, maxAge: secondsLeft(params.token) ?? params.maxAge }),
    },
    useSecureCookies: secure,
    cookies: {
      sessionToken: {
        name: sessionCookieName(secure),
        options: { httpOnly: true, sameSite: "lax", path: "/", secure },
      },
      // All are named: with NextAuth's own prefix for most of them, other hosts of the domain could set them.
      callbackUrl: logInCookie("callback-url"),
      csrfToken: logInCookie("csrf-token"),
      state: logInCookie("state", AT_PROVIDER_SECONDS),
      nonce: logInCookie("nonce"),
      pkceCodeVerifier: logInCookie("pkce.code_verifier", AT_PROVIDER_SECONDS),
    },
    pages: { signIn: "/login", signOut: "/login", error: "/login" },
    providers: [
      ...nextAuthProviders(),
      CredentialsProvider({
        credentials: { email: { label: "E-mail", type: "email" }, password: { label: "Password", type: "password" } },
        authorize: async (credentials, request) => {
          const read = emailSchema.safeParse(credentials?.email);
          const password: unknown = credentials?.password;
          if (!read.success || typeof password !== "string") return null;
          const email = read.data;
          const headers = new Headers(request.headers as Record<string, string>);
          const deviceCookie = cookieOf(headers, deviceCookieName(secure));
          const attempt = { email, password, address: clientIp(headers), deviceCookie, proof: "", code: "" };
          const found = await logIn(attempt, new Date());
          if (found === "code") throw new Error("This account has a second factor. Use the log-in page.");
          if (found && "puzzle" in found) throw new Error("Too many failed log-ins. Use the log-in page.");
          if (found && (await passwordRefusalOf(password, [found.email, found.name])) !== null)
            throw new Error("This password has to be changed. Use the log-in page.");
          return found && { ...found, browser: browserKindOf(found, deviceCookie) };
        },
      }),
    ],
    callbacks: {
      signIn: async ({ account, profile }) =>
        account?.type === "oauth" ? ((await onArrival?.(profile)) ?? false) : account?.type === "credentials",
      // `user` is only set at log-in. After that the token stays the same as long as its log-in lasts.
      jwt: async ({ token, user }) => {
        if (user) {
          const member = user as VerifiedMember & { browser?: Browser };
          const browser = member.browser ?? "new";
          const { id, expiresAt } = await beginLogIn(member, device, new Date(), "password", browser);
          return { ...token, logIn: id, until: Math.floor(expiresAt.getTime() / 1000) };
        }
        if (!(await memberOf(logInIdOf(token) ?? ""))) throw new Error("This log-in has ended.");
        return token;
      },
      redirect: ({ url }) => localPath(url),
    },
    events: { signOut: async ({ token }) => endLogIn((token && logInIdOf(token)) ?? "") },
    logger: {
      // It warns once if NEXTAUTH_URL is not set; the features that need it are turned off above.
      warn: (code) => (code === "NEXTAUTH_URL" ? undefined : console.warn(`next-auth: ${code}`)),
      error: (code, fault) => {
        const error = fault instanceof Error ? fault : fault.error;
        if (!EXPECTED.has(code) && !(code === "OAUTH_CALLBACK_ERROR" && isFailedCheck(error)))
          logFault(`next-auth: ${code}`, error);
      },
    },
  };
}

const cookieOf = (headers: Headers, name: string): string | undefined =>
  (headers.get("cookie") ?? "")
    .split(/; */)
    .find((cookie) => cookie.startsWith(`${name}=`))
    ?.slice(name.length + 1);

/** How long the token's log-in still lasts, in seconds; undefined if the token does not say. */
const secondsLeft = (token: JWT | undefined): number | undefined =>
  typeof token?.until === "number" ? Math.max(0, token.until - Math.floor(Date.now() / 1000)) : undefined;
