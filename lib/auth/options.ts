import type { NextAuthOptions } from "next-auth";
import CredentialsProvider from "next-auth/providers/credentials";
import { sessionVersionOf } from "@/lib/auth/queries";
import { logIn } from "@/lib/auth/store";
import { config } from "@/lib/config";
import { clientIp } from "@/lib/http/forwarded";

/** How long a log-in lasts, in seconds: 30 days, NextAuth's default. */
export const SESSION_MAX_AGE_SECONDS = 30 * 24 * 60 * 60;

/** NextAuth's own cookie names; the prefix makes browsers refuse the cookie over plain http. */
export const sessionCookieName = (secure: boolean): string => `${secure ? "__Secure-" : ""}next-auth.session-token`;

/**
 * NextAuth for one request. `secure`: the browser reached us over https, so its cookies get the Secure flag.
 * NEXTAUTH_URL is not needed: the only redirects allowed are to paths of this site.
 */
export function authOptions(secure: boolean): NextAuthOptions {
  return {
    secret: config().AUTH_SECRET,
    session: { strategy: "jwt", maxAge: SESSION_MAX_AGE_SECONDS },
    useSecureCookies: secure,
    pages: { signIn: "/login", signOut: "/login", error: "/login" },
    providers: [
      CredentialsProvider({
        credentials: { email: { label: "E-mail", type: "email" }, password: { label: "Password", type: "password" } },
        authorize: async (credentials, request) => {
          if (!credentials?.email || !credentials.password) return null;
          const headers = new Headers(request.headers as Record<string, string>);
          return logIn(credentials.email, credentials.password, clientIp(headers), new Date());
        },
      }),
    ],
    callbacks: {
      // `user` is there at the log-in only; later the token is what it was.
      jwt: async ({ token, user }) => (user ? { ...token, version: await sessionVersionOf(user.id) } : token),
      redirect: ({ url }) => (/^\/(?![/\\])/.test(url) ? url : "/"),
    },
    // Without NEXTAUTH_URL it warns once; what it would need it for is switched off above.
    logger: { warn: (code) => (code === "NEXTAUTH_URL" ? undefined : console.warn(`next-auth: ${code}`)) },
  };
}
