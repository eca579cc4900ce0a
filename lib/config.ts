import ipaddr from "ipaddr.js";
import { z } from "zod";

/** Variables that must be set together to log in through a provider. */
const LOG_IN_VARIABLES = [
  ["OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"],
  ["GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET"],
  ["GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET"],
] as const;

/** The one reader of the environment. Times and sizes carry their unit in the name. */
const schema = z
  .object({
    DATABASE_URL: z.string().min(1, "DATABASE_URL is missing: start with `npm start`, which sets it"),
    /** A streaming replica of that database, for lists and insights (docs/scale.md). Empty: none. */
    READ_DATABASE_URL: z.string().default(""),
    /** The longest lag at which it is still read from, in seconds. */
    READ_MAX_LAG_SECONDS: z.coerce.number().int().min(1).max(300).default(5),
    AUTH_SECRET: z.string().min(16, "AUTH_SECRET must have at least 16 characters; `npm start` makes one under .data/"),
    /** The previous AUTH_SECRET, after a change: decrypts what it encrypted until a job has re-encrypted everything. */
    OLD_AUTH_SECRET: z.union([z.literal(""), z.string().min(16)]).default(""),
    /** Where people reach the app; links in snippets and mails start with it. Empty: taken from the request. */
    APP_URL: z
      .union([z.literal(""), z.url()])
      .default("")
      .refine((url) => appUrlFault(url) === null, { error: ({ input }) => appUrlFault(String(input)) ?? "" }),
    /** Where `next build` put its output, under the folder that is served. */
    NEXT_DIST_DIR: z.string().default(".next"),
    NODE_ENV: z.enum(["development", "production", "test"]).default("production"),
    /** How many proxies in front of us append to X-Forwarded-For; 0 trusts nobody and uses the socket's address. */
    TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(0),
    /** How many messages a second one address may send without a secret, on average; 0: any number. */
    INGEST_MESSAGES_PER_SECOND: z.coerce.number().int().min(0).default(500),
    /** How many messages a second one key may send with its secret, on average; 0: any. Empty: by the edition. */
    INGEST_KEY_MESSAGES_PER_SECOND: z.union([z.literal(""), z.coerce.number().int().min(0)]).default(""),
    /** How many API requests a second one key may make, on average; an address without a valid key as many. 0: any. */
    API_REQUESTS_PER_SECOND: z.coerce.number().int().min(0).default(100),
    /** self-hosted: no plans and no limits. hosted: a service with trials and plans. */
    EDITION: z.enum(["self-hosted", "hosted"]).default("self-hosted"),
    /** Payments of the hosted edition; empty: none are taken. Test keys work as well as live ones. */
    STRIPE_SECRET_KEY: z.string().default(""),
    /** Signs the webhooks that Stripe sends to /api/stripe/webhook. */
    STRIPE_WEBHOOK_SECRET: z.string().default(""),
    /** Where Stripe's API is, for tests; empty: at Stripe. */
    STRIPE_API_URL: z.union([z.literal(""), z.url({ protocol: /^https?$/ })]).default(""),
    /** With fewer free megabytes on the disk of embedded Postgres, events are refused; 0: never. */
    MIN_FREE_DISK_MB: z.coerce.number().int().min(0).default(512),
    /** The bearer token that /api/metrics requires; empty: it answers nobody. */
    METRICS_TOKEN: z
      .union([z.literal(""), z.string().min(16, "METRICS_TOKEN must have at least 16 characters")])
      .default(""),
    /** "json": each line of the log is an object, for log collectors. "text": for people. */
    LOG_FORMAT: z.enum(["text", "json"]).default("text"),
    /** With LOG_FORMAT=json; "info" has a line for each request of a page or the API. */
    LOG_LEVEL: z.enum(["debug", "info", "warn", "error"]).default("info"),
    /** Where traces are sent, as JSON over HTTP: http://collector:4318. Empty: nothing is traced. */
    OTEL_EXPORTER_OTLP_ENDPOINT: z.union([z.literal(""), z.url({ protocol: /^https?$/ })]).default(""),
    OTEL_SERVICE_NAME: z.string().min(1).max(100).default("throughline"),
    /** The share of requests and job runs that are traced. */
    OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(1),
    /** Where embedded Postgres keeps its data; empty when the database is elsewhere. Set by scripts/instance.ts. */
    EMBEDDED_FOLDER: z.string().default(""),
    /** A MaxMind-format city database the operator provides; without it only the country is known. */
    GEO_DATABASE: z.string().default(""),
    /** Where mail is handed in: smtp://user:password@host:587 or smtps://…:465. Empty: no mail is sent. */
    SMTP_URL: z
      .string()
      .default("")
      .refine((url) => url === "" || /^smtps?:\/\/[^/]/.test(url), "SMTP_URL begins with smtp:// or smtps://"),
    /** The operator's own networks that alerts may call: "10.0.0.0/8,192.168.7.4/32". Empty: the internet only. */
    WEBHOOK_NETWORKS: z
      .string()
      .default("")
      .refine(
        (text) => networksIn(text).every((network) => ipaddr.isValidCIDR(network)),
        "WEBHOOK_NETWORKS must be a comma-separated list of networks: 10.0.0.0/8,192.168.7.4/32",
      ),
    /** Who mails are from: "Throughline <analytics@example.com>". */
    MAIL_FROM: z.string().default(""),
    /** Who may create an account: anybody, or only people who were invited (and the very first). */
    SIGN_UP: z.enum(["open", "invited"]).default("open"),
    /** How long a log-in lasts, used or not, and how long without use. */
    LOG_IN_MAX_HOURS: z.coerce.number().min(0.25).max(8_760).default(720),
    LOG_IN_IDLE_HOURS: z.coerce.number().min(0.25).max(8_760).default(336),
    /** An OpenID Connect issuer to log in with, by its URL as its own discovery document spells it. Empty: none. */
    OIDC_ISSUER: z.union([z.literal(""), z.url({ protocol: /^https?$/ })]).default(""),
    OIDC_CLIENT_ID: z.string().default(""),
    OIDC_CLIENT_SECRET: z.string().default(""),
    /** What the button says: "Log in with …". */
    OIDC_NAME: z.string().default("single sign-on"),
    OIDC_SCOPES: z.string().default("openid email profile"),
    /** "all" for an issuer that verifies every address without saying so (email_verified), such as Entra ID. */
    OIDC_VERIFIED_ADDRESSES: z.enum(["claimed", "all"]).default("claimed"),
    /** "always" for an issuer that asks everybody for two factors: its log-ins then count as such. */
    OIDC_SECOND_FACTOR: z.enum(["unknown", "always"]).default("unknown"),
    GITHUB_CLIENT_ID: z.string().default(""),
    GITHUB_CLIENT_SECRET: z.string().default(""),
    /** Another one for GitHub Enterprise Server. */
    GITHUB_URL: z.url({ protocol: /^https?$/ }).default("https://github.com"),
    GOOGLE_CLIENT_ID: z.string().default(""),
    GOOGLE_CLIENT_SECRET: z.string().default(""),
  })
  .superRefine((env, context) => {
    const fault = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
    for (const [first, ...others] of LOG_IN_VARIABLES) {
      const set = [first, ...others].filter((name) => env[name] !== "");
      if (set.length === 0) continue;
      const missing = [first, ...others].find((name) => env[name] === "");
      if (missing) fault(missing, `${set[0]} is set, so ${missing} must be, too`);
      // The provider redirects there, and accepts only that one address.
      if (env.APP_URL === "") fault("APP_URL", `${set[0]} is set, so APP_URL must say where people are sent back to`);
    }
  })
  .superRefine(({ EDITION, STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET, APP_URL }, context) => {
    if (STRIPE_SECRET_KEY === "") return;
    const fault = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
    if (EDITION !== "hosted")
      fault("EDITION", "STRIPE_SECRET_KEY is set, but only EDITION=hosted has plans to pay for");
    if (STRIPE_WEBHOOK_SECRET === "")
      fault(
        "STRIPE_WEBHOOK_SECRET",
        "STRIPE_SECRET_KEY is set, so STRIPE_WEBHOOK_SECRET must be too: without it payments go unnoticed",
      );
    if (APP_URL === "")
      fault("APP_URL", "STRIPE_SECRET_KEY is set, so APP_URL must say where Stripe sends people back to");
  })
  .superRefine(({ SMTP_URL, MAIL_FROM, APP_URL }, context) => {
    if (SMTP_URL === "") return;
    const fault = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
    // A link built from a request's Host header could be made to point anywhere.
    if (APP_URL === "") fault("APP_URL", "SMTP_URL is set, so APP_URL must say where the links in e-mails lead");
    if (!MAIL_FROM.includes("@")) fault("MAIL_FROM", "SMTP_URL is set, so MAIL_FROM must name the sender's address");
  });

/**
 * The fault of this APP_URL, in one sentence; null for none. Addresses, cookies and the SDK's URLs all start at the
 * root.
 */
export function appUrlFault(url: string): string | null {
  if (!URL.canParse(url))
    return url === "" ? null : `APP_URL is ${url}, which is not a URL such as https://analytics.example.com.`;
  const { origin, pathname, search, hash } = new URL(url);
  if (/^\/*$/.test(pathname) && search === "" && hash === "") return null;
  return `APP_URL is ${url}, but Throughline cannot be served under a path: give it a separate host name, and set APP_URL to that, such as ${origin}.`;
}

/** The entries of WEBHOOK_NETWORKS. */
export const networksIn = (text: string): string[] =>
  text
    .split(",")
    .map((network) => network.trim())
    .filter((network) => network !== "");

export type Config = z.infer<typeof schema>;

const shared = globalThis as typeof globalThis & { throughlineConfig?: Config };

/** The secret that seals values in the database, followed by older ones (lib/seal.ts). */
export function secrets(): [current: string, ...older: string[]] {
  const { AUTH_SECRET, OLD_AUTH_SECRET } = config();
  return OLD_AUTH_SECRET === "" ? [AUTH_SECRET] : [AUTH_SECRET, OLD_AUTH_SECRET];
}

/** The settings, read from the environment and checked once. Throws an error that names each fault. */
export function config(): Config {
  shared.throughlineConfig ??= readEnvironment();
  return shared.throughlineConfig;
}

function readEnvironment(): Config {
  const parsed = schema.safeParse(process.env);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  const { APP_URL } = parsed.data;
  // NextAuth takes the origin of its callback URLs from here; by default it assumes http://localhost:3000.
  if (APP_URL !== "") process.env.NEXTAUTH_URL = new URL(APP_URL).origin;
  return parsed.data;
}

/** Whether this instance has plans to pay for (docs/decisions/0091-plans.md). */
export const isHosted = (): boolean => config().EDITION === "hosted";

/** The default of a hosted instance: ten million messages, a large plan's month, take less than two hours. */
const HOSTED_KEY_MESSAGES_PER_SECOND = 2_000;

/** How many messages a second one key may send with its secret; 0: any number, the default without plans. */
export function keyMessagesPerSecond(): number {
  const { INGEST_KEY_MESSAGES_PER_SECOND: set } = config();
  return set === "" ? (isHosted() ? HOSTED_KEY_MESSAGES_PER_SECOND : 0) : set;
}

/**
 * Where forms may redirect besides our own pages: to the payment page and to log-in providers, which may redirect
 * further to hosts we do not know.
 */
export function formTargets(env: Config): string[] {
  const issuers = [env.OIDC_ISSUER, env.GITHUB_CLIENT_ID && env.GITHUB_URL].filter((url) => url.startsWith("http:"));
  const targets = [env.OIDC_ISSUER, env.GITHUB_CLIENT_ID, env.GOOGLE_CLIENT_ID, env.STRIPE_SECRET_KEY];
  return targets.every((one) => one === "") ? [] : ["https:", ...issuers.map((url) => new URL(url).origin)];
}

/**
 * Sets the origin at which Next reaches itself: after a server action that redirects, it fetches the page from its own
 * server. By default it takes the scheme from X-Forwarded-Proto, and so would speak TLS to our plain port behind an
 * HTTPS proxy. `next start` sets the same variable. `host` undefined: all addresses of this machine.
 */
export function setOwnOrigin(host: string | undefined, port: number): void {
  const name = host?.includes(":") ? `[${host}]` : host;
  process.env.__NEXT_PRIVATE_ORIGIN = `http://${name ?? "localhost"}:${port}`;
}

/** The origin at which this server reaches itself, without TLS; null if it is not set. */
export function ownOrigin(): string | null {
  const { __NEXT_PRIVATE_ORIGIN: origin } = process.env;
  return origin || null;
}
