import { timingSafeEqual } from "node:crypto";
import { LRUCache } from "lru-cache";
import { recordAccess } from "@/lib/access-log/access-log.store";
import { openedRoute } from "@/lib/access-log/routes";
import { pool } from "@/lib/db/pool";
import { AppError } from "@/lib/errors";
import type { HeaderMap } from "@/lib/http/header-map";
import { queryNamesIn } from "@/lib/http/requested-path";
import { hashSecret, isUuid } from "@/lib/ids";
import { KEY_MODE_PERMISSIONS, type Permission } from "@/lib/permissions";
import { admitClient, admitStranger } from "@/lib/projects/api-limit";
import { type ClientRow, clientById, recordClientUse } from "@/lib/projects/clients.store";
import { originCheck } from "@/lib/projects/origin";
import { CLIENT_MODES, type ClientMode, RESTORE_DAYS } from "@/lib/projects/schemas";
import type { ProjectSettings } from "@/lib/projects/settings";
import { grantScope, type Scope, SEES_ALL, SEES_MASKED, type Sight } from "@/lib/scope";

/** The parts of a request that the API's guards read. */
export type ApiRequest = Pick<Request, "headers" | "method" | "url">;

/** Thrown for a key of this project that may not do what it tried; the project's debugger shows it. */
export class KeyRefused extends AppError {
  constructor(
    readonly projectId: string,
    code: "unauthorized" | "forbidden",
    message: string,
  ) {
    super(code, message);
  }
}

/**
 * How long a client's row is cached, in milliseconds: the delay until a revocation or a changed setting takes effect.
 */
export const CLIENT_CACHE_MS = 5_000;
const CLIENT_CACHE_ENTRIES = 10_000;

const PROJECT_IS_DELETED = `This project was deleted: it accepts no events and no requests. An owner or admin can restore it within ${RESTORE_DAYS} days of its deletion.`;

export type Credentials = { clientId: string | null; secret: string | null };

export type Authenticated = {
  settings: ProjectSettings;
  clientId: string;
  mode: ClientMode;
  /** A valid secret was sent: this is the customer's own server. */
  trusted: boolean;
  sight: Sight;
};

type KnownClient = ClientRow & { allowsOrigin: (origin: string | null) => boolean };
/**
 * `known` null: there is no such client. Cached, too, so that a wrong key in a busy page costs one query in five
 * seconds.
 */
type Entry = { known: KnownClient | null };

const shared = globalThis as typeof globalThis & { throughlineClients?: LRUCache<string, Entry> };

/** One per process, also across Next's module copies; concurrent requests for the same client share one query. */
const cache = (): LRUCache<string, Entry> =>
  (shared.throughlineClients ??= new LRUCache<string, Entry>({
    max: CLIENT_CACHE_ENTRIES,
    ttl: CLIENT_CACHE_MS,
    fetchMethod: async (clientId) => {
      const row = await clientById(pool(), clientId);
      if (!row) return { known: null };
      const { domain, allowedOrigins } = row.settings;
      return {
        known: {
          ...row,
          allowsOrigin: originCheck(domain, allowedOrigins),
        },
      };
    },
  }));

/** Clears the cache of all clients: for tests, and after changing a project in this process. */
export const forgetClients = (): void => cache().clear();

/**
 * The key pair of a request: from our headers, OpenPanel's, or its older ones, in this order; otherwise from the query.
 */
export function credentialsOf(headers: HeaderMap, query?: URLSearchParams): Credentials {
  return {
    clientId:
      text(headers["throughline-client-id"]) ??
      text(headers["openpanel-client-id"]) ??
      text(headers["mixan-client-id"]) ??
      text(query?.get("clientId")),
    secret:
      text(headers["throughline-client-secret"]) ??
      text(headers["openpanel-client-secret"]) ??
      text(headers["mixan-client-secret"]) ??
      text(query?.get("clientSecret")),
  };
}

const text = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

/**
 * Authenticates a key. Throws `unauthorized` for an unknown or revoked client and for a wrong secret (never treated as
 * none), `forbidden` for a deleted project, or if no secret was sent and the project does not accept `origin`. About 1
 * µs when cached, 3 µs with a secret.
 */
export async function authenticate(credentials: Credentials, origin: string | null): Promise<Authenticated> {
  const { clientId, secret } = credentials;
  if (clientId === null) {
    throw new AppError("unauthorized", "No client id. Send it in the header throughline-client-id.");
  }
  // Also keeps anything but a UUID out of the cache and the query.
  const known = isUuid(clientId) ? await lookUp(clientId.toLowerCase()) : null;
  const unknownClient = "This client id is unknown or was revoked. Copy it again from Settings, Keys.";
  if (!known) throw new AppError("unauthorized", unknownClient);
  if (known.revokedAt !== null) throw new KeyRefused(known.settings.id, "unauthorized", unknownClient);
  if (known.eraseAt !== null) throw new KeyRefused(known.settings.id, "forbidden", PROJECT_IS_DELETED);
  if (secret !== null && !isSecretOf(known, secret, Date.now())) {
    throw new KeyRefused(known.settings.id, "unauthorized", "The client secret is wrong.");
  }
  if (secret === null && !known.allowsOrigin(origin)) {
    throw new KeyRefused(
      known.settings.id,
      "forbidden",
      origin === null
        ? "This project only accepts events from its own websites, and the request names no origin. From a server, send the client secret."
        : `Events from ${origin.slice(0, 200)} are not accepted. Add this origin in the project's settings, or send the client secret from a server.`,
    );
  }
  recordClientUse(clientId.toLowerCase(), Date.now());
  const { settings, mode } = known;
  const sight = known.namesHiddenFromKeys && mode === "read" ? SEES_MASKED : SEES_ALL;
  return { settings, clientId: clientId.toLowerCase(), mode, trusted: secret !== null, sight };
}

/** Whether it is the client's secret, or the previous one while that still works. */
function isSecretOf({ secretHash, oldSecret }: ClientRow, secret: string, now: number): boolean {
  const given = Buffer.from(hashSecret(secret), "hex");
  const matches = (hash: string): boolean => timingSafeEqual(given, Buffer.from(hash, "hex"));
  return matches(secretHash) || (oldSecret !== null && now < oldSecret.until && matches(oldSecret.hash));
}

async function lookUp(clientId: string): Promise<KnownClient | null> {
  const entry = cache().get(clientId) ?? (await cache().fetch(clientId));
  return entry?.known ?? null;
}

/**
 * The guard of the API: requires a client id with its secret, of a mode that has `permission`. Throws `unauthorized`
 * without a valid pair, `forbidden` for a key of another mode. Together with `requireServer`, the only place outside
 * lib/auth that grants a Scope.
 */
export async function requireClient(request: ApiRequest): Promise<Scope>;
export async function requireClient<P extends Permission>(request: ApiRequest, permission: P): Promise<Scope<P>>;
export async function requireClient(request: ApiRequest, permission: Permission = "view"): Promise<Scope<"manage">> {
  const client = await authenticateApiRequest(request, ({ clientId, secret }) => clientId !== null && secret !== null);
  const scope = grant(client, [permission]);
  recordRequest(scope, request);
  return scope;
}

/**
 * Requires the customer's own server, which may correct who is who: a write or root client with its secret. A client id
 * alone is public, as every page contains it: `forbidden`, whatever its mode. Otherwise throws like `requireClient`.
 * `mayRead`: a write key may make corrections, but reads nothing about anybody.
 */
export async function requireServer(
  request: ApiRequest,
): Promise<{ scope: Scope<"edit" | "erase">; settings: ProjectSettings; mayRead: boolean }> {
  const client = await authenticateApiRequest(request, ({ clientId }) => clientId !== null);
  if (!client.trusted) {
    throw new AppError("forbidden", "A client id alone is public. Send its secret too, from your server.");
  }
  const scope = grant(client, ["edit", "erase"]);
  recordRequest(scope, request);
  return {
    scope,
    settings: client.settings,
    mayRead: grants(client.mode, "view"),
  };
}

/** Records a client's request in the access log, by method and address. */
function recordRequest({ projectId, actor }: Scope, { method, url }: ApiRequest): void {
  const { pathname, search } = new URL(url, "http://api");
  const opened = openedRoute(method, pathname, queryNamesIn(search).split(" "));
  if (opened) recordAccess({ projectId, actor, at: Date.now(), ...opened });
}

/**
 * The client of an API request; throws `rate_limited` for keys, and for addresses without a key, with too many
 * requests.
 */
async function authenticateApiRequest(
  request: ApiRequest,
  isComplete: (given: Credentials) => boolean,
): Promise<Authenticated> {
  const { headers, url } = request;
  const now = Date.now();
  const credentials = credentialsOf(Object.fromEntries(headers));
  let client: Authenticated;
  try {
    if (!isComplete(credentials)) throw noKeyPair();
    client = await authenticate(credentials, null);
  } catch (error) {
    admitStranger(headers, now);
    throw error;
  }
  admitClient({ clientId: client.clientId, projectId: client.settings.id, path: new URL(url).pathname }, now);
  return client;
}

const noKeyPair = () =>
  new AppError(
    "unauthorized",
    "Send a client id and its secret in the headers throughline-client-id and throughline-client-secret.",
  );

const grants = (mode: ClientMode, permission: Permission): boolean =>
  KEY_MODE_PERMISSIONS[mode].some((granted) => granted === permission);

/** Throws `forbidden` for a key whose mode lacks one of `permissions`. */
function grant(
  { settings, clientId, mode, sight }: Authenticated,
  permissions: readonly Permission[],
): Scope<"manage"> {
  const modes = CLIENT_MODES.filter((known) => permissions.every((permission) => grants(known, permission)));
  if (!modes.includes(mode)) {
    throw new AppError("forbidden", `This needs a key of mode ${modes.join(" or ")}; this one is for ${mode}.`);
  }
  return grantScope(settings.id, `client:${clientId}`, null, sight);
}
