import { Resolver } from "node:dns/promises";
import { type RequestOptions, request as requestHttps } from "node:https";
import type { LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";

/** How many redirects are followed. */
const MAX_REDIRECTS = 3;
const URL_MAX_LENGTH = 2_048;

/** The reason for a failed fetch, in our own words; only tests read it. */
export class NotFetched extends Error {}

export type FetchPublicOptions = {
  maxBytes: number;
  /** For the whole fetch, including redirects. */
  timeoutMs: number;
  /** All addresses of a name; from DNS unless a test overrides it. */
  resolve?: (host: string) => Promise<string[]>;
  isAllowed?: (address: string) => boolean;
  /** Certificate authority and port, for tests. */
  tls?: Pick<RequestOptions, "ca">;
  ports?: string[];
};

/**
 * Used instead of the system's resolver, which occupies one of libuv's four threads until it answers: password hashing
 * needs those, too.
 */
const resolver = new Resolver({ timeout: 1_500, tries: 2 });

async function resolveAll(host: string): Promise<string[]> {
  const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
  return answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
}

/**
 * Whether it is an address of the public internet, and not a loopback, private, link-local (where clouds keep their
 * metadata), carrier-grade NAT, multicast or documentation address, or IPv6 that wraps an IPv4 address (mapped, NAT64,
 * 6to4, Teredo).
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== "unicast") return false;
  // Of IPv6 only 2000::/3 is allocated.
  return parsed.kind() === "ipv4" || ((parsed as ipaddr.IPv6).parts[0] ?? 0) >> 13 === 1;
}

/**
 * Fetches an https URL that somebody else chose. Names are resolved once, every address is checked, and the connection
 * goes to a checked one, which defeats DNS rebinding. Redirects are checked the same way. No cookies, no referrer, no
 * proxy. Throws NotFetched.
 */
export async function fetchPublic(url: string, options: FetchPublicOptions): Promise<Buffer> {
  const signal = AbortSignal.timeout(options.timeoutMs);
  let target = url;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const location = checkedUrl(target, options);
    const answer = await Promise.race([fetchOnce(location, options, signal), rejectOnAbort(signal)]);
    if (typeof answer !== "string") return answer;
    if (!URL.canParse(answer, location)) throw new NotFetched("redirected to no address");
    target = new URL(answer, location).href;
  }
  throw new NotFetched("too many redirects");
}

/** Rejects on abort, so that nothing waits for a hanging resolver. */
const rejectOnAbort = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) =>
    signal.addEventListener("abort", () => reject(new NotFetched("too slow")), { once: true }),
  );

function checkedUrl(text: string, { ports = ["", "443"] }: FetchPublicOptions): URL {
  if (text.length > URL_MAX_LENGTH || !URL.canParse(text)) throw new NotFetched("no address");
  const url = new URL(text);
  if (url.protocol !== "https:") throw new NotFetched("not https");
  if (url.username !== "" || url.password !== "") throw new NotFetched("holds a log-in");
  if (!ports.includes(url.port)) throw new NotFetched("another port");
  return url;
}

/** An address of the URL's host, if all of its addresses are allowed. Throws NotFetched. */
export async function resolvePublicAddress(
  url: URL,
  { resolve = resolveAll, isAllowed = isPublicAddress }: Pick<FetchPublicOptions, "resolve" | "isAllowed">,
): Promise<string> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const addresses = ipaddr.isValid(host)
    ? [host]
    : await resolve(host).catch(() => {
        throw new NotFetched("unknown host");
      });
  const [first] = addresses;
  if (first === undefined || !addresses.every(isAllowed)) throw new NotFetched("not a public address");
  return first;
}

/** Fetches without following redirects: the body, or the target of a redirect. */
async function fetchOnce(url: URL, options: FetchPublicOptions, signal: AbortSignal): Promise<Buffer | string> {
  const address = await resolvePublicAddress(url, options);
  const family = ipaddr.parse(address).kind() === "ipv6" ? 6 : 4;
  const lookup: LookupFunction = (_host, options, done) =>
    options.all ? done(null, [{ address, family }]) : done(null, address, family);
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      request.destroy();
      reject(new NotFetched(why));
    };
    const headers = { accept: "image/png,image/jpeg,image/gif,image/webp", "accept-encoding": "identity" };
    const request = requestHttps(url, { ...options.tls, agent: false, headers, lookup, signal }, (response) => {
      const { statusCode = 0, headers: given } = response;
      if (statusCode >= 300 && statusCode < 400 && given.location) {
        request.destroy();
        return resolve(given.location);
      }
      if (statusCode !== 200) return fail(`answered ${statusCode}`);
      if ((given["content-encoding"] ?? "identity") !== "identity") return fail("compressed");
      if (Number(given["content-length"] ?? 0) > options.maxBytes) return fail("too large");
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > options.maxBytes) return fail("too large");
        chunks.push(chunk);
      });
      response.on("end", () => (response.complete ? resolve(Buffer.concat(chunks)) : fail("cut off")));
      response.on("error", () => fail("cut off"));
    });
    request.on("error", () => fail("no connection"));
    request.end();
  });
}
