import "server-only";
import { cookies, headers } from "next/headers";
import { NextRequest } from "next/server";
import NextAuth from "next-auth";
import { z } from "zod";
import { beginCodeStep } from "@/lib/auth/code-step";
import { confirmLogIn, provesTwoFactors } from "@/lib/auth/log-ins.store";
import { admitProviderLogIn } from "@/lib/auth/members.store";
import { authOptions } from "@/lib/auth/options";
import type { Provider } from "@/lib/auth/provider-list";
import { parseProviderIdentity } from "@/lib/auth/providers/identity";
import { isLinkedTo } from "@/lib/auth/providers/linked.queries";
import { linkProvider, logInThroughProvider, type ProviderRefusal } from "@/lib/auth/providers/linked.store";
import { hasSecondFactor } from "@/lib/auth/second-factor.queries";
import { currentLogIn, currentMember, startSession } from "@/lib/auth/session";
import { makeTicket, readTicket } from "@/lib/auth/ticket";
import { config } from "@/lib/config";
import { logFault } from "@/lib/faults/log";
import { clientIp, isSecure } from "@/lib/http/forwarded";
import { localPath } from "@/lib/http/local-path";

/** How long somebody may take at the provider, in ms; as long as NextAuth's own checks. */
const LIFE_MS = 15 * 60_000;

/**
 * Why somebody was sent to a provider: to log in, to link the provider to the account of the log-in `logIn`, or to
 * prove that whoever uses the log-in `confirm` is its member.
 */
const intentSchema = z.union([
  z.object({ provider: z.string(), next: z.string() }),
  z.object({ provider: z.string(), logIn: z.string() }),
  z.object({ provider: z.string(), confirm: z.string() }),
]);
type Intent = z.infer<typeof intentSchema>;

/** `failed`: the provider's answer could not be used. `unreachable`: it gave none. */
export type ProviderFault = ProviderRefusal | "failed" | "cancelled" | "unreachable";

const ticketName = (secure: boolean): string => `${secure ? "__Host-" : ""}throughline-at-provider`;

const faultPath = (intent: Intent | null, provider: Provider, fault: ProviderFault): string =>
  `${pageOf(intent)}?fault=${fault}&with=${provider.id}`;

function pageOf(intent: Intent | null): string {
  if (intent && "confirm" in intent) return "/account/confirm";
  return intent && "logIn" in intent ? "/account" : "/login";
}

/** The query that makes an OpenID Connect issuer check who is there, even if they are still logged in to it. */
const promptOf = (provider: Provider, intent: Intent): string =>
  "confirm" in intent && provider.id !== "github" ? "?prompt=login&max_age=0" : "";

/**
 * Begins a log-in through a provider. Returns the address to send somebody to: the provider's, or a page of ours with
 * the reason if the provider cannot be reached. Sets the cookies that NextAuth checks when they come back. Throws
 * `rate_limited`. Only in a server action.
 */
export async function startAtProvider(provider: Provider, intent: Intent): Promise<string> {
  const requestHeaders = await headers();
  await admitProviderLogIn(clientIp(requestHeaders), new Date());
  const secure = isSecure(requestHeaders);
  const options = authOptions(secure, "");
  const callNextAuth = async (path: string[], form?: Record<string, string>, query = ""): Promise<Response> => {
    const request = new NextRequest(`http://this-site.invalid/api/auth/${path.join("/")}${query}`, {
      method: form ? "POST" : "GET",
      ...(form ? { body: new URLSearchParams(form) } : {}),
    });
    const answer: Response = await NextAuth(request as never, { params: Promise.resolve({ nextauth: path }) }, options);
    await copyCookies(answer);
    return answer;
  };
  const { csrfToken } = (await (await callNextAuth(["csrf"])).json()) as { csrfToken: string };
  const answer = await callNextAuth(["signin", provider.id], { csrfToken }, promptOf(provider, intent));
  const address = answer.headers.get("location") ?? "";
  if (!URL.canParse(address) || new URL(address).origin === new URL(config().APP_URL).origin)
    return faultPath(intent, provider, "unreachable");
  const ticket = makeTicket(config().AUTH_SECRET, "at provider", intent, Date.now() + LIFE_MS);
  await setCookie(ticketName(secure), ticket, LIFE_MS / 1000);
  return address;
}

/** startAtProvider, to link the provider to the account of `logIn`, for whoever just proved to be its member. */
export const startLinking = (provider: Provider, logIn: string): Promise<string> =>
  startAtProvider(provider, { provider: provider.id, logIn });

/** Sets the cookies of NextAuth's answer, or deletes those it deletes. */
async function copyCookies(answer: Response): Promise<void> {
  for (const cookie of answer.headers.getSetCookie()) {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
    await setCookie(name, decodeURIComponent(value), value === "" ? 0 : LIFE_MS / 1000);
  }
}

async function setCookie(name: string, value: string, maxAge: number): Promise<void> {
  const secure = isSecure(await headers());
  (await cookies()).set(name, value, { httpOnly: true, sameSite: "lax", path: "/", secure, maxAge });
}

/**
 * Finishes what startAtProvider began, when somebody returns from the provider: logs them in if the provider did.
 * Returns the redirect. `answer` runs NextAuth's checks and passes the provider's profile to its argument. `device` in
 * words, `error` as the provider sent it. Only in a route handler.
 */
export async function finishAtProvider(
  provider: Provider,
  { error, device }: { error: string | null; device: string },
  answer: (onArrival: (profile: unknown) => Promise<string>) => Promise<Response>,
): Promise<Response> {
  const [jar, secure] = [await cookies(), isSecure(await headers())];
  const name = ticketName(secure);
  const ticket = readTicket(config().AUTH_SECRET, "at provider", jar.get(name)?.value, Date.now());
  const read = intentSchema.safeParse(ticket);
  const intent = read.success && read.data.provider === provider.id ? read.data : null;
  await setCookie(name, "", 0);
  let path = faultPath(intent, provider, error === "access_denied" ? "cancelled" : "failed");
  // Anybody can choose this text; NextAuth would log it.
  if (error !== null) return redirectTo(path);
  const response = await answer(async (profile) => {
    // NextAuth would treat an error thrown here as an answer.
    if (intent)
      path = await admit(provider, intent, profile, device).catch((fault: unknown) => {
        logFault(`log-in with ${provider.id}`, fault);
        return path;
      });
    return path;
  });
  await copyCookies(response);
  return redirectTo(path);
}

/**
 * The maximum age of the log-in at the issuer, in seconds, if it states one: an issuer that ignores `prompt` proves
 * nothing.
 */
const FRESH_SECONDS = 15 * 60;

function isFresh(profile: unknown, now: Date): boolean {
  const at = (profile as { auth_time?: unknown }).auth_time;
  return typeof at !== "number" || at > now.getTime() / 1000 - FRESH_SECONDS;
}

const redirectTo = (path: string): Response =>
  new Response(null, { status: 302, headers: { location: localPath(path) } });

/** Links the provider's user, or logs them in; returns the path to redirect to. `profile` has passed every check. */
async function admit(provider: Provider, intent: Intent, profile: unknown, device: string): Promise<string> {
  const { OIDC_VERIFIED_ADDRESSES } = config();
  const trustsAll = provider.id === "oidc" && OIDC_VERIFIED_ADDRESSES === "all";
  const identity = parseProviderIdentity(provider, profile, trustsAll);
  if (!identity) return faultPath(intent, provider, "failed");
  const now = new Date();
  if ("confirm" in intent) {
    const logIn = await currentLogIn();
    const member = logIn === intent.confirm ? await currentMember() : null;
    if (!member || logIn === null) return faultPath(null, provider, "failed");
    const isTheirs = isFresh(profile, now) && (await isLinkedTo(member.id, identity));
    if (!isTheirs) return faultPath(intent, provider, "failed");
    await confirmLogIn(logIn, member.id, provesTwoFactors(provider.id) ? "two factors" : "one factor", now);
    return "/account/confirm?done=1";
  }
  if ("logIn" in intent) {
    const member = (await currentLogIn()) === intent.logIn ? await currentMember() : null;
    if (!member) return faultPath(null, provider, "failed");
    const refused = await linkProvider(member.id, identity, now);
    return refused ? faultPath(intent, provider, refused) : "/account#ways-in";
  }
  const invitation = /^\/invite\/([^/?#]+)$/.exec(intent.next)?.[1] ?? null;
  const arrived = await logInThroughProvider(identity, { invitation, address: clientIp(await headers()) }, now);
  if (typeof arrived === "string") return faultPath(intent, provider, arrived);
  const { member, path } = arrived;
  const next = path ?? localPath(intent.next);
  if (await hasSecondFactor(member.id)) return beginCodeStep({ member, method: provider.id, next });
  await startSession(member, device, provider.id);
  return next;
}
