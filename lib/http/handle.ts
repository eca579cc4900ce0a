import { faultOf, isNextControlFlow } from "@/lib/http/faults";

/**
 * The only catch of route handlers: `export const GET = handle(async (request) => …)`. What the handler throws becomes
 * the API's error shape with its status (lib/http/faults.ts). Next's own control flow (redirect, notFound) passes
 * through.
 */
export function handle<Rest extends unknown[]>(
  work: (request: Request, ...rest: Rest) => Promise<Response> | Response,
): (request: Request, ...rest: Rest) => Promise<Response> {
  return async (request, ...rest) => {
    try {
      return guarded(await work(request, ...rest));
    } catch (error) {
      if (isNextControlFlow(error)) throw error;
      const fault = faultOf(error, `${request.method} ${new URL(request.url).pathname}`);
      return guarded(Response.json(fault.body, { status: fault.status, headers: fault.headers }));
    }
  };
}

/** API answers are about people: no cache keeps them unless the route allows it, and no browser sniffs their type. */
function guarded(response: Response): Response {
  const { headers } = response;
  if (!headers.has("cache-control")) headers.set("cache-control", "private, no-store");
  headers.set("x-content-type-options", "nosniff");
  return response;
}
