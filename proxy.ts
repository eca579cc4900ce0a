import { type NextRequest, NextResponse } from "next/server";
import { GUEST_HEADER } from "@/lib/http/requested-path";

/**
 * Redirects visitors without a session cookie to /login before anything is rendered. Convenience only: the cookie is
 * not verified here, and every page calls requireMember (lib/auth/guard.ts) itself.
 */
export function proxy(request: NextRequest): NextResponse {
  const hasSession = request.cookies.getAll().some(({ name }) => /^(__Host-)?next-auth\.session-token/.test(name));
  // Set by our server, which removes a client's own.
  if (hasSession || request.headers.has(GUEST_HEADER)) return NextResponse.next();
  const login = request.nextUrl.clone();
  login.pathname = "/login";
  login.search = `?next=${encodeURIComponent(request.nextUrl.pathname + request.nextUrl.search)}`;
  return NextResponse.redirect(login);
}

/** A project's pages start with its UUID. */
export const config = {
  matcher: ["/projects/:path*", "/account", "/:project([0-9a-fA-F]{8}-[0-9a-fA-F-]{27})/:path*"],
};
