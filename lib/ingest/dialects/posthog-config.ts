import type { DialectRequest } from "@/lib/ingest/dialects/dialect";
import type { IngestAnswer } from "@/lib/ingest/http/answer";

/**
 * The other requests of PostHog's libraries (docs/wire.md W14). We have no flags, surveys or replays, and answer so
 * that the libraries neither wait nor retry.
 */

/** Any constant works: PostHog only uses it to correlate its own logs. */
const REQUEST_ID = "throughline";

/**
 * Libraries need `autocapture_opt_out` to capture new visitors' clicks; with `surveys` they would load a script for
 * them.
 */
const configOf = (token: string) => ({
  token,
  supportedCompression: ["gzip", "gzip-js"],
  hasFeatureFlags: false,
  analytics: { endpoint: "/i/v0/e/" },
  sessionRecording: false,
  heatmaps: false,
  captureDeadClicks: false,
  autocaptureExceptions: false,
  autocapture_opt_out: false,
  capturePerformance: false,
  siteApps: [],
  toolbarParams: {},
  isAuthenticated: false,
  defaultIdentifiedOnly: true,
});

const tokenIn = (path: string): string => path.split("/")[2] ?? "";

/** "/array/<token>/config" */
export const posthogConfig = ({ path }: DialectRequest): IngestAnswer => ({
  status: 200,
  body: configOf(tokenIn(path)),
});

/** "/array/<token>/config.js": the same as a script. The route allows only safe characters in the token. */
export function posthogConfigScript({ path }: DialectRequest): IngestAnswer {
  const token = JSON.stringify(tokenIn(path));
  const config = JSON.stringify({ config: configOf(tokenIn(path)), siteApps: [] });
  return {
    status: 200,
    headers: { "content-type": "text/javascript; charset=utf-8", "cross-origin-resource-policy": "cross-origin" },
    body: `(function(w){w._POSTHOG_REMOTE_CONFIG=w._POSTHOG_REMOTE_CONFIG||{};w._POSTHOG_REMOTE_CONFIG[${token}]=${config}})(window);`,
  };
}

/** "/flags?v=2": no flag is on. */
export const posthogFlags = (): IngestAnswer => ({
  status: 200,
  body: {
    flags: {},
    featureFlags: {},
    featureFlagPayloads: {},
    errorsWhileComputingFlags: false,
    requestId: REQUEST_ID,
  },
});

/** "/decide?v=3": older versions request this instead of both. */
export const posthogDecide = (): IngestAnswer => ({
  status: 200,
  body: {
    featureFlags: {},
    featureFlagPayloads: {},
    errorsWhileComputingFlags: false,
    supportedCompression: ["gzip", "gzip-js"],
    sessionRecording: false,
    config: { enable_collect_everything: true },
    autocapture_opt_out: false,
    isAuthenticated: false,
    toolbarParams: {},
    siteApps: [],
  },
});

/** Replays, surveys, experiments and logs are discarded. */
export const posthogDiscard = (): IngestAnswer => ({ status: 200, body: { status: 1, surveys: [], experiments: [] } });
