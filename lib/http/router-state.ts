import type { IncomingHttpHeaders } from "node:http";
import * as routerState from "next/dist/server/app-render/parse-and-validate-flight-router-state.js";
import { AppError } from "@/lib/errors";

/** The header in which Next's router says what the browser already shows. */
const ROUTER_STATE_HEADER = "next-router-state-tree";

/**
 * Why a request is refused for its router state; null if it is not. Next would answer with a bare 500. Uses Next's own
 * check, so that every state it understands passes: at most 40,000 characters that can be decoded and parsed, of the
 * right shape. Next only reads the header of requests for a page's data.
 */
export function routerStateRefusal(headers: IncomingHttpHeaders): AppError | null {
  if (headers.rsc !== "1") return null;
  try {
    routerState.parseAndValidateFlightRouterState(headers[ROUTER_STATE_HEADER]);
    return null;
  } catch {
    return new AppError("bad_request", "The header cannot be read as the state of Next's router.", {
      field: ROUTER_STATE_HEADER,
    });
  }
}
