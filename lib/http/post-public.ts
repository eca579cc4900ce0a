import { request as requestPlain } from "node:http";
import { type RequestOptions, request as requestHttps } from "node:https";
import type { LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";
import { isPublicAddress, NotFetched, resolvePublicAddress } from "./fetch-public";

const URL_MAX_LENGTH = 2_048;
/** The most that is read of a response, of which only the status matters. */
const MAX_ANSWER_BYTES = 64 * 1024;

export type PostOptions = {
  body: string;
  headers: Record<string, string>;
  /** For the whole request, including the lookup. */
  timeoutMs: number;
  /** The operator's own networks, which may be called, even without TLS: "10.0.0.0/8". */
  networks: readonly string[];
  /** All addresses of a name; from DNS unless a test overrides it. */
  resolve?: (host: string) => Promise<string[]>;
  tls?: Pick<RequestOptions, "ca">;
};

/** Whether an address is in one of the networks. */
export function isWithin(address: string, networks: readonly string[]): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return networks.some((network) => {
    const [base, bits] = ipaddr.parseCIDR(network);
    return base.kind() === parsed.kind() && parsed.match([base, bits] as [ipaddr.IPv4, number]);
  });
}

/** Parses a URL to post to and validates it, as far as possible without a lookup; throws NotFetched with the reason. */
export function postableUrl(text: string): URL {
  if (text.length > URL_MAX_LENGTH || !URL.canParse(text)) throw new NotFetched("It is not a web address.");
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") throw new NotFetched("It is not a web address.");
  if (url.username !== "" || url.password !== "") throw new NotFetched("The address contains a user name or password.");
  return url;
}

const IN_WORDS: Record<string, string> = {
  "unknown host": "There is no such host.",
  "not a public address": "It resolves to a private address, which this instance does not call.",
};

/**
 * Posts to a URL that somebody else chose, and returns the HTTP status. Names are resolved once, every address is
 * checked, and the connection goes to a checked one, which defeats DNS rebinding. Redirects are not followed. Only the
 * operator's own networks may be called without TLS. Throws NotFetched with a sentence.
 */
export async function postPublic(text: string, options: PostOptions): Promise<number> {
  const url = postableUrl(text);
  const signal = AbortSignal.timeout(options.timeoutMs);
  let isOwn = true;
  const isAllowed = (address: string) => {
    const own = isWithin(address, options.networks);
    isOwn &&= own;
    return own || isPublicAddress(address);
  };
  const { resolve } = options;
  const finding = resolvePublicAddress(url, { isAllowed, ...(resolve ? { resolve } : {}) }).catch((error: unknown) => {
    throw error instanceof NotFetched ? new NotFetched(IN_WORDS[error.message] ?? error.message) : error;
  });
  const address = await Promise.race([finding, rejectLate(signal)]);
  if (url.protocol === "http:" && !isOwn) throw new NotFetched("It is not encrypted: use https.");
  if (url.protocol === "https:" && !isOwn && url.port !== "") throw new NotFetched("Only the usual port is allowed.");
  return post(url, address, options, signal);
}

const rejectLate = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) =>
    signal.addEventListener("abort", () => reject(new NotFetched("It did not answer in time.")), { once: true }),
  );

function post(url: URL, address: string, { body, headers, tls }: PostOptions, signal: AbortSignal): Promise<number> {
  const family = ipaddr.parse(address).kind() === "ipv6" ? 6 : 4;
  const lookup: LookupFunction = (_host, options, done) =>
    options.all ? done(null, [{ address, family }]) : done(null, address, family);
  const send = url.protocol === "https:" ? requestHttps : requestPlain;
  const length = { "content-length": String(Buffer.byteLength(body)), "user-agent": "Throughline" };
  return new Promise((resolve, reject) => {
    const fail = () => reject(new NotFetched(signal.aborted ? "It did not answer in time." : "It cannot be reached."));
    const options = { ...tls, agent: false, method: "POST", headers: { ...headers, ...length }, lookup, signal };
    const request = send(url, options, (response) => {
      const { statusCode = 0 } = response;
      let bytes = 0;
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > MAX_ANSWER_BYTES) end();
      });
      const end = () => {
        request.destroy();
        resolve(statusCode);
      };
      response.on("end", end);
      response.on("error", end);
    });
    request.on("error", fail);
    request.end(body);
  });
}
