import type { IncomingMessage, ServerResponse } from "node:http";
import { withoutTrailingSlashes } from "./url";
import { addressOf, forwardedHeaders, type Visitor, visitorFrom } from "./visitor";

export type ProxyOptions = {
  /** Where your Throughline is: "https://analytics.example.com". */
  origin: string;
  /** Proxies of your own in front of this server that append to X-Forwarded-For. Default: 0. */
  proxies?: number;
};

/** `op.for(visitorOf(request))`: the person behind a request of Express, Fastify's raw one, or node:http. */
export const visitorOf = (request: IncomingMessage, proxies = 0): Visitor =>
  visitorFrom(request.headers, proxies, request.socket.remoteAddress);

const MAX_BYTES = 1024 * 1024;

/**
 * Middleware that serves the script (`p.js`, or by its own name) and takes events (`e` or `track`) on your own domain,
 * where blockers do not look: `app.use("/ping", throughlineProxy({ origin }))`. Mount it before any body parser.
 */
export function throughlineProxy({ origin, proxies = 0 }: ProxyOptions) {
  return async (request: IncomingMessage, response: ServerResponse, next: () => void): Promise<void> => {
    const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
    const isScript = request.method === "GET" && /^\/(p|throughline)\.js$/.test(path);
    if (!isScript && !(request.method === "POST" && /^\/(e|track)$/.test(path))) return next();
    try {
      const body = isScript ? undefined : await readBody(request);
      const address = addressOf(request.headers, proxies, request.socket.remoteAddress);
      const answer = await fetch(`${withoutTrailingSlashes(origin)}${isScript ? "/throughline.js" : "/api/track"}`, {
        method: request.method,
        headers: forwardedHeaders(request.headers, address),
        body,
        signal: AbortSignal.timeout(10_000),
      });
      for (const name of ["content-type", "cache-control", "retry-after"]) {
        const value = answer.headers.get(name);
        if (value) response.setHeader(name, value);
      }
      response.statusCode = answer.status;
      response.end(Buffer.from(await answer.arrayBuffer()));
    } catch {
      // The SDK keeps the batch and retries.
      response.statusCode = 503;
      response.end();
    }
  };
}

async function readBody(request: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new Error("too large");
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
