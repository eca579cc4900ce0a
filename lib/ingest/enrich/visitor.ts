import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import { Reader, type Response } from "maxmind";
import { config } from "@/lib/config";
import type { Context } from "@/lib/events/context";
import { logFault } from "@/lib/faults/log";
import { parseUserAgent, type UserAgent } from "@/lib/ingest/enrich/user-agent";

/** The visitor behind a request. `ip` and `userAgent` are only used to derive a stream. */
export type Visitor = { ip: string | null; userAgent: string; agent: UserAgent; place: VisitorPlace };

export const visitorOf = (ip: string | null, userAgent: string | null): Visitor => ({
  ip,
  userAgent: userAgent ?? "",
  agent: parseUserAgent(userAgent),
  place: placeOfAddress(ip),
});

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
