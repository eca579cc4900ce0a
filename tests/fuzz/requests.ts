import { randomUUID } from "node:crypto";
import { gzipSync } from "node:zlib";
import { type Route, routeOf } from "@/lib/ingest/dialects/routes";
import { OWN } from "@/tests/fuzz/own";
import recorded from "@/tests/fuzz/recorded.json";
import type { Template } from "@/tests/fuzz/template";

export type Keys = { clientId: string; clientSecret: string };

/** A request of each endpoint of each SDK, and of our own wire. */
export const ALL: readonly Template[] = [...(recorded as unknown as Template[]), ...OWN];

const routeAt = (path: string): Route | null => routeOf(path);

/** A request to `path`: one recorded there, or at another path of the same endpoint. */
export function templatesAt(path: string): Template[] {
  const here = ALL.filter((template) => template.path === path);
  if (here.length > 0) return here;
  const route = routeAt(path);
  if (!route || !("dialect" in route)) return [];
  return ALL.filter((template) => {
    const other = routeAt(template.path);
    return other && "dialect" in other && other.dialect === route.dialect && other.endpoint === route.endpoint;
  }).map((template) => ({ ...template, path }));
}

/** `value` with its placeholders filled in. */
export function filled(value: unknown, keys: Keys, now = Date.now()): unknown {
  if (typeof value === "string") {
    switch (value) {
      case "{key}":
        return keys.clientId;
      case "{secret}":
        return keys.clientSecret;
      case "{id}":
        return randomUUID();
      case "{iso}":
        return new Date(now).toISOString();
      case "{ms}":
        return now;
      case "{s}":
        return Math.floor(now / 1_000);
      default:
        return value.replace("{key}", keys.clientId).replace("{secret}", keys.clientSecret);
    }
  }
  if (Array.isArray(value)) return value.map((item) => filled(item, keys, now));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, filled(each, keys, now)]));
}

/**
 * The messages of a body, and the same body with others. They are the body itself or its one list of objects, whatever
 * the SDK calls it ("batch", "events"); a body without a list is its own only message.
 */
export function messagesOf(body: unknown): {
  messages: unknown[];
  isList: boolean;
  with: (messages: unknown[]) => unknown;
} {
  if (Array.isArray(body)) return { messages: body, isList: true, with: (messages) => messages };
  const [name, list] = Object.entries(body ?? {}).find(([, value]) => hasObjects(value)) ?? [];
  if (name !== undefined) {
    return { messages: list, isList: true, with: (messages) => ({ ...(body as object), [name]: messages }) };
  }
  return { messages: [body], isList: false, with: ([only]) => only };
}

const hasObjects = (value: unknown): boolean =>
  Array.isArray(value) && value.some((item) => typeof item === "object" && item !== null);

/** A request as sent over the wire; `json` is the body's text. */
export function encoded(template: Template, json: string, keys: Keys) {
  const { method, path, encoding } = template;
  const query = new URLSearchParams(filled(template.query, keys) as Record<string, string>);
  const headers = { ...(filled(template.headers, keys) as Record<string, string>) };
  const { authorization } = headers;
  if (authorization?.startsWith("Basic ")) {
    headers.authorization = `Basic ${Buffer.from(authorization.slice("Basic ".length)).toString("base64")}`;
  }
  const base64 = () => Buffer.from(json).toString("base64");
  if (encoding === "query64") query.set("data", base64());
  const search = query.size === 0 ? "" : `?${query}`;
  const body =
    encoding === "gzip" ? gzipSync(json) : encoding === "form64" ? `data=${encodeURIComponent(base64())}` : json;
  return { method, url: path + search, headers, body: encoding === "query64" ? undefined : body };
}
