import { withoutTrailingSlashes } from "./url";
import { addressOf, forwardedHeaders, type Visitor, visitorFrom } from "./visitor";

export type RouteOptions = {
  /** Where your Throughline is: "https://analytics.example.com". */
  origin: string;
  /** Proxies in front of Next that append to X-Forwarded-For; Next itself, or your host, counts as one. Default: 1. */
  proxies?: number;
};

/** `op.for(visitorOf(await headers()))`, or of a route handler's `request.headers`. */
export const visitorOf = (headers: Headers, proxies = 1): Visitor => visitorFrom(headers, proxies);

/**
 * app/ping/[...path]/route.ts: `export const { GET, POST } = createRouteHandler({ origin })`. Serves the script
 * (`p.js`, or by its own name) and takes events on your own domain, and passes on whose request it was.
 */
export function createRouteHandler({ origin, proxies = 1 }: RouteOptions) {
  const target = withoutTrailingSlashes(origin);
  return {
    GET: async (request: Request): Promise<Response> => {
      if (!/\/(p|throughline)\.js$/.test(new URL(request.url).pathname)) return new Response(null, { status: 404 });
      const script = await fetch(`${target}/throughline.js`);
      const headers = { "content-type": "text/javascript; charset=utf-8", "cache-control": "public, max-age=3600" };
      return new Response(await script.text(), { status: script.status, headers });
    },
    POST: async (request: Request): Promise<Response> => {
      const headers = forwardedHeaders(request.headers, addressOf(request.headers, proxies));
      try {
        const body = await request.arrayBuffer();
        const signal = AbortSignal.timeout(10_000);
        const answer = await fetch(`${target}/api/track`, { method: "POST", headers, body, signal });
        const retryAfter = answer.headers.get("retry-after");
        return new Response(await answer.text(), {
          status: answer.status,
          headers: { "content-type": "application/json", ...(retryAfter ? { "retry-after": retryAfter } : {}) },
        });
      } catch {
        return new Response(null, { status: 503, headers: { "retry-after": "5" } });
      }
    },
  };
}
