import { HOSTILE } from "./hostile";
import { below, pick, type Random, toJson } from "./mutate";

/** Paths and parameters of the read API (docs: /api/v1/openapi.json). */
const PARAMETERS = ["search", "identified", "tab", "window", "sort", "filter", "limit", "cursor", "order"];
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
const LISTS = ["", "/events", "/sessions", "/identities"];

/** Any path of the read API with anything in its parameters. */
export function readPath(random: Random): string {
  const value = () => (random() < 0.7 ? pick(random, VALUES) : asText(pick(random, HOSTILE)[1]).slice(0, 4_000));
  const encode = (text: string) =>
    isWhole(text) ? encodeURIComponent(text) : `${encodeURIComponent(text.replaceAll(HALF, ""))}%ED%A0%80`;
  const kind = below(random, 4);
  const ref = `${pick(random, ["u:", "a:", ""])}${value()}`;
  const path =
    kind === 0
      ? "/api/v1/profiles"
      : kind === 1
        ? "/api/v1/segments"
        : kind === 2
          ? "/api/v1/project"
          : `/api/v1/profiles/${encode(ref)}${pick(random, LISTS)}`;
  const query = Array.from({ length: below(random, 4) }, () => `${pick(random, PARAMETERS)}=${encode(value())}`);
  return query.length === 0 ? path : `${path}?${query.join("&")}`;
}

/** encodeURIComponent throws on half a surrogate pair; some clients send its three bytes, which no UTF-8 reader takes. */
const HALF = /[\ud800-\udfff]/g;
const isWhole = (text: string): boolean =>
  !/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text);

const asText = (value: unknown): string => (typeof value === "object" ? (toJson(value) ?? "") : String(value));
