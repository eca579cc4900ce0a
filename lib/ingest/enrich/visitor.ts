import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import bowser from "bowser";
import { isbot } from "isbot";
import { LRUCache } from "lru-cache";
import { Reader, type Response } from "maxmind";
import { config } from "@/lib/config";
import type { Context } from "@/lib/events/context";
import { logFault } from "@/lib/faults/log";

/** The visitor behind a request. `ip` and `userAgent` are only used to derive a stream. */
export type Visitor = { ip: string | null; userAgent: string; agent: UserAgent; place: VisitorPlace };

export const visitorOf = (ip: string | null, userAgent: string | null): Visitor => ({
  ip,
  userAgent: userAgent ?? "",
  agent: parseUserAgent(userAgent),
  place: placeOfAddress(ip),
});

export type UserAgent = Pick<Context, "browser" | "os" | "device"> & { bot: boolean };

/** Parsing costs about 20 µs, and a site's visitors share a few hundred user agents. */
const AGENTS_CACHED = 2_000;
/** No real browser's user agent is longer. */
const AGENT_MAX_LENGTH = 512;

const UNKNOWN_AGENT: UserAgent = { bot: false };
const agents = new LRUCache<string, UserAgent>({ max: AGENTS_CACHED });

/**
 * Browser with its major version, operating system, kind of device, and whether it is a crawler. Only these are kept,
 * never the header.
 */
export function parseUserAgent(header: string | null): UserAgent {
  if (!header) return UNKNOWN_AGENT;
  const key = header.length > AGENT_MAX_LENGTH ? header.slice(0, AGENT_MAX_LENGTH) : header;
  let agent = agents.get(key);
  if (!agent) {
    agent = readAgent(key);
    agents.set(key, agent);
  }
  return agent;
}

/** The user agent of @umami/node before 0.4, which isbot mistakes for a crawler. */
const SERVER_LIBRARY = /^Mozilla\/5\.0 Node\/v[\d.]+$/;

function readAgent(header: string): UserAgent {
  if (SERVER_LIBRARY.test(header)) return UNKNOWN_AGENT;
  const bot = isCrawler(header);
  if (!header.startsWith("Mozilla/") && !header.startsWith("Opera/")) return { bot, device: "other" };
  const { browser, os, platform } = bowser.parse(header);
  const major = browser.version?.split(".")[0];
  const system = systemVersion(header, os);
  return {
    bot,
    device: deviceOf(platform.type ?? (DESKTOP_SYSTEM.test(header) ? "desktop" : undefined)),
    ...(browser.name ? { browser: major ? `${browser.name} ${major}` : browser.name } : {}),
    ...(os.name ? { os: system ? `${os.name} ${system}` : os.name } : {}),
  };
}

/** Systems for which bowser reports no kind of device. */
const DESKTOP_SYSTEM = /\b(CrOS|Linux|FreeBSD|OpenBSD|NetBSD|DragonFly|SunOS)\b/;

/**
 * Major version of the phone systems, where the header reveals it. Since version 26 Safari always says "iPhone OS
 * 18_6", and its own version is the system's. Chrome says "Android 10; K" on every Android (user-agent reduction,
 * https://www.chromium.org/updates/ua-reduction), which is not a version.
 */
function systemVersion(header: string, os: { name?: string; version?: string }): string | undefined {
  const major = os.version?.split(".")[0];
  if (os.name === "Android") return header.includes("Android 10; K)") ? undefined : major;
  if (os.name !== "iOS") return undefined;
  // Facebook's own browser reports the system's version as FBSV.
  const safari = Number(/[ ;](?:Version|FBSV)\/(\d{1,3})/.exec(header)?.[1]);
  return Number(major) < 26 && safari >= 26 ? String(safari) : major;
}

const deviceOf = (type: string | undefined): NonNullable<Context["device"]> =>
  type === "desktop" || type === "mobile" || type === "tablet" ? type : "other";

/** Crawlers that do not imitate a browser use one of these words. */
const CRAWLER_WORDS = /bot|crawl|spider|slurp|preview|scrap|archiv|externalhit|monitor|lighthouse/i;

/**
 * A crawler that identifies itself. Stricter than isbot, which includes HTTP libraries ("node", "curl", "okhttp") and
 * headless Chrome: a library with our key was set up by the customer, and headless Chrome mostly runs the customer's
 * own browser tests, whose events would vanish without a reason.
 */
function isCrawler(header: string): boolean {
  if (!isbot(header.replace("HeadlessChrome", "Chrome"))) return false;
  return header.startsWith("Mozilla/") || CRAWLER_WORDS.test(header);
}

export type VisitorPlace = Pick<Context, "country" | "city">;

/** The CC0 country database from npm (8 MB, read into memory once). */
const COUNTRIES = "node_modules/@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb";

type CountryRecord = { country_code?: string };
/** MaxMind's City format, which other vendors use too. */
type CityRecord = { country?: { iso_code?: string }; city?: { names?: Record<string, string> } };
type Readers = { countries: Reader<Response> | null; cities: Reader<Response> | null };

const shared = globalThis as typeof globalThis & { throughlineGeo?: Readers };

/** Opened at the first lookup, once per process. An unreadable database is logged once and then ignored. */
function readers(): Readers {
  shared.throughlineGeo ??= {
    countries: open(join(/* turbopackIgnore: true */ process.cwd(), COUNTRIES)),
    cities: config().GEO_DATABASE === "" ? null : open(config().GEO_DATABASE),
  };
  return shared.throughlineGeo;
}

function open(path: string): Reader<Response> | null {
  try {
    return new Reader<Response>(readFileSync(path));
  } catch (error) {
    logFault(`Location database ${path} cannot be read, so places stay unknown`, error);
    return null;
  }
}

/**
 * The place of an address: ISO country code, and the city if the operator provides a database. {} for private and
 * unknown addresses. About 2 µs; not cached, so that no address outlives its request.
 */
export function placeOfAddress(ip: string | null): VisitorPlace {
  if (ip === null || isIP(ip) === 0) return {};
  const { countries, cities } = readers();
  const city = cities?.get(ip) as CityRecord | null | undefined;
  const country = city?.country?.iso_code ?? (countries?.get(ip) as CountryRecord | null | undefined)?.country_code;
  const name = city?.city?.names?.en;
  return { ...(country ? { country } : {}), ...(name ? { city: name } : {}) };
}
