import { openApiDocument } from "@/lib/api/openapi";
import { HOSTILE } from "./hostile";
import { below, pick, type Random, toJson } from "./mutate";

type Read = { path: string; parameters: string[] };
type Described = { get?: { parameters?: { name: string; in: string }[] } };

/**
 * The reads that the API's document lists, with path and parameters; a test compares that list with the route files.
 */
export const READS: readonly Read[] = Object.entries(openApiDocument().paths as Record<string, Described>).flatMap(
  ([path, { get }]) => {
    const parameters = (get?.parameters ?? []).filter((one) => one.in === "query").map(({ name }) => name);
    return get ? [{ path, parameters }] : [];
  },
);

const VALUES = [
  "ada",
  "true",
  "50",
  "-lastSeen",
  "p:plan",
  "and(prop(plan,text,oneOf,pro))",
  "and(did(export,exactly,0,last(14)))",
  "WyJwcm9maWxlIiwxLCJ1IiwxXQ",
  "9999-12-31",
  "\0",
  "\ud800",
  "%00",
  "%E0%A4%A",
  "(".repeat(500),
  "and(".repeat(200),
  "a".repeat(7_000),
  "💥".repeat(100),
];
/** People whom the requests of own.ts make, and a well-formed id of no segment. */
const REFS = ["u:u_1", "a:device-1"];
const SEGMENT = "0192f0a0-0000-7000-8000-000000000001";

/** Any path of the read API with any value in it and in its parameters. */
export function readPath(random: Random): string {
  const value = () => (random() < 0.7 ? pick(random, VALUES) : asText(pick(random, HOSTILE)[1]).slice(0, 4_000));
  const encode = (text: string) =>
    isWhole(text) ? encodeURIComponent(text) : `${encodeURIComponent(text.replaceAll(HALF, ""))}%ED%A0%80`;
  const read = pick(random, READS);
  const ref = random() < 0.3 ? pick(random, REFS) : `${pick(random, ["u:", "a:", ""])}${value()}`;
  const path = read.path
    .replace("{ref}", () => encode(ref))
    .replace("{id}", () => encode(random() < 0.3 ? SEGMENT : value()));
  const parameters = [...read.parameters, "unknown"];
  const query = Array.from({ length: below(random, 4) }, () => `${pick(random, parameters)}=${encode(value())}`);
  return query.length === 0 ? path : `${path}?${query.join("&")}`;
}

/**
 * encodeURIComponent throws on half a surrogate pair; some clients send its three bytes, which no UTF-8 reader takes.
 */
const HALF = /[\ud800-\udfff]/g;
const isWhole = (text: string): boolean =>
  !/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text);

const asText = (value: unknown): string => (typeof value === "object" ? (toJson(value) ?? "") : String(value));
