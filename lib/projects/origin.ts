import { z } from "zod";

/**
 * Decides which websites may send with a project's public key. Anything but a browser can forge an Origin header, so
 * this keeps other people's pages, but not their servers, from sending to a project.
 */

/** Origins of a developer's own machine, which visitors never open; always allowed. */
const LOCAL_ORIGIN = /^https?:\/\/(localhost|[a-z0-9-]+(\.[a-z0-9-]+)*\.localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/;

/**
 * An entry: "https://app.example.com:8443", "https://*.example.com", "capacitor://localhost", "app.example.com",
 * "[::1]:3000".
 */
const ORIGIN_ENTRY =
  /^(?:(?:[a-z][a-z0-9+.-]{0,30}|\*):\/\/)?(?:(?:\*\.)?[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63}){0,20}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/;

/** One entry of a project's allowed origins, in lower case and without a path. */
export const originEntrySchema = z
  .string()
  .overwrite((text) => withoutPath(text.toLowerCase()))
  .refine(
    (text) => text === "" || text === "*" || ORIGIN_ENTRY.test(text),
    "Enter an origin like https://app.example.com or https://*.example.com.",
  );

function withoutPath(entry: string): string {
  const scheme = entry.indexOf("://");
  const path = entry.indexOf("/", scheme === -1 ? 0 : scheme + 3);
  return path === -1 ? entry : entry.slice(0, path);
}

/**
 * One regular expression for a project's domain and its listed origins, or null if it has neither and any may send.
 * "example.com" (a domain) covers itself and its subdomains on any port; "https://app.example.com" that origin;
 * "https://*.example.com" its subdomains; "*" everything; an entry without a scheme any scheme.
 */
export function originRule(domain: string | null, allowedOrigins: readonly string[]): RegExp | null {
  const patterns = allowedOrigins.map((entry) => entry.trim().toLowerCase()).filter((entry) => entry !== "");
  if (patterns.includes("*")) return null;
  const sources = patterns.map(originSource);
  if (domain) sources.push(`https?://(?:[^/]+\\.)?${quoted(hostOf(domain))}(?::\\d+)?`);
  return sources.length === 0 ? null : new RegExp(`^(?:${sources.join("|")})$`);
}

/**
 * The most characters of an origin, more than a browser sends: a host has at most 253. There is a limit because the
 * rule's patterns are not linear.
 */
const ORIGIN_MAX_CHARS = 300;

/** Whether an origin may send. `origin`: from the header, null if there is none. */
export function isOriginAllowed(rule: RegExp | null, origin: string | null): boolean {
  if (rule === null) return true;
  if (origin === null || origin.length > ORIGIN_MAX_CHARS) return false;
  const lower = origin.toLowerCase();
  return LOCAL_ORIGIN.test(lower) || rule.test(lower);
}

/** Makes an `isOriginAllowed` of a project, whose rule is compiled once. */
export function originCheck(domain: string | null, allowedOrigins: readonly string[]) {
  const rule = originRule(domain, allowedOrigins);
  return (origin: string | null): boolean => isOriginAllowed(rule, origin);
}

/**
 * An origin that the project's rule accepts, for a test event like one of its own site: of the domain, else of the
 * first listed entry, with "www" for a wildcard; null if any site may send.
 */
export function siteOrigin(domain: string | null, allowedOrigins: readonly string[]): string | null {
  if (originRule(domain, allowedOrigins) === null) return null;
  if (domain) return `https://${hostOf(domain)}`;
  const [entry = ""] = allowedOrigins.map((each) => each.trim().toLowerCase()).filter((each) => each !== "");
  const [scheme, rest] = entry.includes("://") ? (entry.split("://") as [string, string]) : ["https", entry];
  return `${scheme === "*" ? "https" : scheme}://${rest.replace("*", "www")}`;
}

function originSource(entry: string): string {
  const [scheme, rest] = entry.includes("://") ? (entry.split("://") as [string, string]) : [null, entry];
  const host = quoted(rest.split("/", 1)[0] as string).replaceAll("\\*", "[^/:]+");
  return `${scheme === null || scheme === "*" ? "https?" : quoted(scheme)}://${host}`;
}

/**
 * The bare host, without "www.", of what a project entered as its domain ("https://www.Example.com/",
 * "example.com:8080").
 */
function hostOf(domain: string): string {
  return domain
    .trim()
    .toLowerCase()
    .replace(/^[a-z]+:\/\//, "")
    .split(/[/:]/, 1)
    .join()
    .replace(/^www\./, "");
}

const quoted = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
