import { rememberStray } from "@/lib/debugger/strays";
import { AppError } from "@/lib/errors";
import { senderNetwork } from "@/lib/ingest/http/address";
import { authenticateSender } from "@/lib/ingest/http/authenticate";
import { reportFault } from "@/lib/ingest/http/report";
import { addressOf, type IngestRequest, originOf, seenAddress } from "@/lib/ingest/http/request";
import { credentialsOf } from "@/lib/projects/clients";

/** Characters of an unknown client id that the debugger shows, enough to tell which of one's keys it is. */
const ID_SHOWN = 8;

/**
 * Tells whoever debugs an installation that a whole request failed: in the debugger of the project whose key came along,
 * even if the body could not be read, or as a stray. Never throws: the request's own failure is what is answered.
 */
export async function reportFailure(request: IngestRequest, error: unknown): Promise<void> {
  if (!(error instanceof AppError) || error.code === "unavailable") return;
  const { path, query } = addressOf(request);
  const credentials = credentialsOf(request.headers, query);
  if (!request.projectId && credentials.clientId !== null && error.code !== "unauthorized") {
    await authenticateSender(credentials, request).catch(() => undefined);
  }
  if (request.projectId) {
    reportFault(request.projectId, request.receivedAt, path, error.message, error.code !== "too_large");
    return;
  }
  const id = credentials.clientId === null ? "" : ` It began with ${credentials.clientId.slice(0, ID_SHOWN)}.`;
  rememberStray(
    { address: senderNetwork(seenAddress(request)), origin: originOf(request) },
    {
      at: request.receivedAt,
      via: path.slice(0, 100),
      reason: `${error.message}${error.code === "unauthorized" ? id : ""}`,
    },
  );
}
