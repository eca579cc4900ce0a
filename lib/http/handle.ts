import { faultOf } from "@/lib/http/faults";

/**
 * The one catch of route handlers: `export const GET = handle(async (request) => …)`. What the handler throws becomes
 * the API's error shape with its status (lib/http/faults.ts). Next's own control flow (redirect, notFound) passes through.
 */
export function handle<Rest extends unknown[]>(
  work: (request: Request, ...rest: Rest) => Promise<Response> | Response,
): (request: Request, ...rest: Rest) => Promise<Response> {
  return async (request, ...rest) => {
    try {
      return await work(request, ...rest);
    } catch (error) {
      if (isNextControlFlow(error)) throw error;
      const fault = faultOf(error, `${request.method} ${new URL(request.url).pathname}`);
      return Response.json(fault.body, { status: fault.status, headers: fault.headers });
    }
  };
}

/** Next throws to redirect, to answer 404 and to leave static rendering; those carry a `digest` of its own. */
function isNextControlFlow(error: unknown): boolean {
  const digest = (error as { digest?: unknown } | null)?.digest;
  return (
    typeof digest === "string" &&
    /^(NEXT_|DYNAMIC_SERVER_USAGE|BAILOUT_TO_CLIENT_SIDE_RENDERING|HANGING_PROMISE)/.test(digest)
  );
}
