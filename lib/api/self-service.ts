import { recordAccess } from "@/lib/access-log/access-log.store";
import { requireSelfServiceLink } from "@/lib/auth/self-service";
import { AppError } from "@/lib/errors";
import { userRef } from "@/lib/identity/person-ref";
import { cleanUserId } from "@/lib/ingest/parse/reading";
import { eraseByRef } from "@/lib/privacy/erase";
import { erasedAt } from "@/lib/privacy/erasures.queries";
import { getProfile } from "@/lib/profiles/person/person.queries";
import { requireProjectSettings } from "@/lib/projects/clients.store";
import { projectById } from "@/lib/projects/projects.queries";
import { personFileResponse } from "./person-file";
import { confirmPage, erasedPage, faultPage, nobodyPage, type SelfLink, selfPage } from "./self-page";

/**
 * A request of somebody with a self-service link. `step`: "", "download" or "erase"; `sure`: whether they confirmed it.
 */
export type SelfRequest = SelfLink & { step: string; sure: boolean };

const HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "private, no-store",
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  // The page's URL contains the link.
  "referrer-policy": "no-referrer",
  "x-robots-tag": "noindex",
};

const page = (text: string, status = 200, more: Record<string, string> = {}): Response =>
  new Response(text, { status, headers: { ...HEADERS, ...more } });

/** Shows, sends or erases what is stored about the person of the link. Failures are pages, too. */
export async function answerSelf(
  headers: Pick<Headers, "get">,
  request: SelfRequest,
  method: "GET" | "POST",
): Promise<Response> {
  try {
    return await serve(headers, request, method);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { retryAfterSeconds: retry } = error;
    return page(faultPage(error.message), error.status, retry === undefined ? {} : { "retry-after": String(retry) });
  }
}

async function serve(headers: Pick<Headers, "get">, request: SelfRequest, method: "GET" | "POST"): Promise<Response> {
  const now = Date.now();
  const { scope, userId, key } = await requireSelfServiceLink(headers, request, now);
  const [settings, project] = await Promise.all([requireProjectSettings(scope), projectById(scope)]);
  const { id } = cleanUserId(settings, userId);
  const ref = id === null ? null : userRef(id);
  const person = ref === null ? null : await getProfile(scope, ref);
  if (ref === null || person === null) {
    const erasedBefore = ref === null ? null : await erasedAt(scope, ref);
    return page(erasedBefore === null ? nobodyPage(project.name) : erasedPage(project.name, erasedBefore, null));
  }
  if (method === "POST") {
    if (request.step !== "erase" || !request.sure) {
      throw new AppError("unprocessable", "Nothing was erased: tick the box to confirm.");
    }
    const { receipt } = await eraseByRef(scope, settings, ref, { dryRun: false, suppress: false, now });
    return page(erasedPage(project.name, now, receipt.jobId));
  }
  if (request.step === "erase") return page(confirmPage(project.name, request));
  const file = { scope, person, audience: "person", now } as const;
  const log = (act: "person" | "export_person") =>
    recordAccess({ projectId: scope.projectId, actor: scope.actor, at: now, act, person: ref });
  if (request.step === "download") {
    const answer = personFileResponse(file, "zip", { ...scope, actor: key });
    log("export_person");
    return answer;
  }
  log("person");
  return page(await selfPage(file, project.name, request));
}
