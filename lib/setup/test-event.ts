import { ownOrigin } from "@/lib/config";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { requireProjectSettings } from "@/lib/projects/clients.store";
import { siteOrigin } from "@/lib/projects/origin";
import { snippetClientId } from "@/lib/projects/projects.queries";
import type { Scope } from "@/lib/scope";

export const TEST_EVENT = "Test event";
/** One device for all tests, so that they add one visitor to a project. */
const TEST_DEVICE = "throughline-test-device";
const PATH = "/track";
const TIMEOUT_MS = 10_000;
/** Our own responses are shorter, but another server at this address may answer. */
const SHOWN_CHARS = 2_000;

/** The literal request and response, and whether the event was stored. */
export type TestAnswer = {
  /** "POST /track". */
  request: string;
  /** The site it was sent as; null: the project lists none, so any may send. */
  origin: string | null;
  clientId: string;
  status: number;
  body: string;
  isStored: boolean;
};

/**
 * Sends an event of an invented visitor to this server's own ingest over HTTP, as the script on the project's site
 * would: with the snippet's key, from the site's origin, without the secret, so that it fails where a real one would.
 * `userAgent`: the member's, as crawlers are not stored. Throws `unprocessable` without a key, `unavailable` if the
 * server cannot reach itself.
 */
export async function sendTestEvent(scope: Scope<"edit">, userAgent: string, now: number): Promise<TestAnswer> {
  const [settings, clientId] = await Promise.all([requireProjectSettings(scope), snippetClientId(scope)]);
  if (clientId === null)
    throw new AppError("unprocessable", "Every write key of this project was revoked. Create one in Settings, Keys.");
  const origin = siteOrigin(settings.domain, settings.allowedOrigins);
  const response = await post(clientId, origin, userAgent, message(origin, now));
  const body = (await response.text()).slice(0, SHOWN_CHARS);
  return {
    request: `POST ${PATH}`,
    origin,
    clientId,
    status: response.status,
    body,
    isStored: response.status === 200,
  };
}

/**
 * Not a batch, as only the response to a single message tells "accepted" from "stored". `decided`: there is no visitor
 * who could object.
 */
const message = (origin: string | null, now: number) => ({
  id: newId(),
  type: "track",
  anonymousId: TEST_DEVICE,
  timestamp: now,
  decided: true,
  payload: {
    name: TEST_EVENT,
    properties: { __path: `${origin ?? ""}/throughline-test`, __title: "Sent by Install" },
  },
});

async function post(clientId: string, origin: string | null, userAgent: string, body: object): Promise<Response> {
  const own = ownOrigin();
  if (own === null) throw new AppError("unavailable", "This host does not say at which address it answers itself.");
  try {
    return await fetch(`${own}${PATH}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "user-agent": userAgent,
        "throughline-client-id": clientId,
        ...(origin === null ? {} : { origin }),
      },
      body: JSON.stringify(body),
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (cause) {
    throw new AppError("unavailable", "The server did not answer its own request within 10 seconds.", { cause });
  }
}
