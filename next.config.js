import { existsSync } from "node:fs";
import { join } from "node:path";

/** For every answer of Next. */
const SECURITY_HEADERS = [
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "X-Frame-Options", value: "DENY" },
  { key: "Permissions-Policy", value: "camera=(), microphone=(), geolocation=(), browsing-topics=()" },
  { key: "Cross-Origin-Opener-Policy", value: "same-origin" },
];

/** For all that send none of their own; server.ts sets a stricter one for pages, with a nonce (decision 100). */
const POLICIES = [
  {
    key: "Content-Security-Policy",
    value: "frame-ancestors 'none'; base-uri 'self'; object-src 'none'; img-src 'self' data:",
  },
  { key: "Referrer-Policy", value: "strict-origin-when-cross-origin" },
];

/** Routes with policies of their own: Next drops a header of a route that is also named here. */
const WITH_OWN_POLICIES = ["my-data", "api/projects/[^/]+/avatar"];

/**
 * For the tracking scripts in public/, which customers' pages load: from any origin, kept for an hour, and served from
 * the browser's cache for a day more while it asks for a newer one.
 */
const SCRIPT_HEADERS = [
  { key: "Cache-Control", value: "public, max-age=3600, stale-while-revalidate=86400" },
  { key: "Access-Control-Allow-Origin", value: "*" },
  { key: "Cross-Origin-Resource-Policy", value: "cross-origin" },
  { key: "Timing-Allow-Origin", value: "*" },
];

/**
 * The paths that SDKs send to (lib/ingest/dialects/routes.ts and unsupported.ts say what each means). All lead to one
 * route, which still sees the path that was asked for. For development and for hosts that only run Next: server.ts
 * answers them before Next does.
 */
const INGEST_PATHS = [
  // our own wire, and OpenPanel's
  ...["/track/:rest*", "/api/track/:rest*", "/event", "/api/event", "/profile/:rest*", "/api/profile/:rest*"],
  // PostHog; /batch is also Amplitude's, /i also Countly's
  ...["/e", "/i/:rest*", "/batch", "/capture", "/flags", "/decide", "/s", "/array/:rest+"],
  ...["/api/surveys", "/api/web_experiments"],
  // Mixpanel
  ...["/engage", "/groups", "/import", "/record"],
  // Segment
  "/v1/:rest+",
  // Umami and Rybbit
  ...["/api/send", "/api/batch", "/api/record", "/api/identify", "/api/site/:rest+", "/api/session-replay/:rest+"],
  // Amplitude
  "/2/httpapi",
  // Unsupported SDKs: Amplitude's first API, Matomo, Google Analytics, Snowplow, GoatCounter, Jitsu, Pirsch
  ...["/httpapi", "/matomo.php", "/piwik.php", "/g/:rest+", "/j/:rest+", "/collect", "/mp/:rest+"],
  ...["/com.snowplowanalytics.snowplow/:rest+", "/count", "/api/s/:rest+", "/api/v1/event", "/api/v1/hit"],
];

// Lets several builds and dev servers share one work tree.
const distDir = process.env.NEXT_DIST_DIR ?? ".next";
const isProduction = process.env.NODE_ENV === "production";

/** @type {import("next").NextConfig} */
export default {
  distDir,
  experimental: {
    // Nothing reads the server's maps in production: a tenth of the build's processor time, and 72 MB.
    turbopackSourceMaps: !isProduction,
    // Writing it takes another tenth, which only pays on machines that build again (decision 125).
    turbopackFileSystemCacheForBuild: existsSync(join(import.meta.dirname, distDir)),
  },
  // Next writes its folders into the tsconfig it finds: a second server brings its own (see .gitignore).
  // `npm test` checks the types, those of routes included: whoever only starts the app should not wait for it.
  typescript: { tsconfigPath: process.env.NEXT_TSCONFIG ?? "tsconfig.json", ignoreBuildErrors: true },
  poweredByHeader: false,
  // PostHog's and Mixpanel's paths end in a slash, and a preflight must not be redirected. server.ts takes them anyway;
  // this is for hosts that only run Next, and for development.
  skipTrailingSlashRedirect: true,
  devIndicators: { position: "bottom-right" }, // the account menu is at the left
  rewrites: async () => ({
    beforeFiles: INGEST_PATHS.map((source) => ({ source, destination: "/api/ingest" })),
  }),
  headers: async () => [
    { source: "/:path*", headers: SECURITY_HEADERS },
    { source: `/((?!(?:${WITH_OWN_POLICIES.join("|")})/?$).*)`, headers: POLICIES },
    { source: "/:script([\\w.-]+\\.js)", headers: SCRIPT_HEADERS },
    { source: "/flags/:flag", headers: [{ key: "Cache-Control", value: "public, max-age=604800" }] },
  ],
};
