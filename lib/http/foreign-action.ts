import { AppError } from "@/lib/errors";
import { type Headerlike, requestedHost } from "./forwarded";

/**
 * Why a POST to a page is refused, if another site's page sent it; null if it is not. Next would run no action for it
 * either, but answer 500 and write both hosts to the log. Compares what Next compares: the host in Origin with the one
 * a proxy names, or else Host. Programs send no Origin, and have no member's cookies to abuse.
 */
export function foreignActionRefusal(method: string | undefined, headers: Headerlike): AppError | null {
  const origin = headers.get("origin");
  if (method !== "POST" || origin === null) return null;
  const sender = URL.canParse(origin) ? new URL(origin).host : null;
  if (sender !== null && sender === requestedHost(headers)) return null;
  return new AppError("forbidden", "Pages accept changes from this site only.", { field: "origin" });
}
