import type { Alert } from "@/lib/alerts/alert";
import { messageOf, type Outgoing, sealedEndpoint } from "@/lib/alerts/deliveries.queries";
import {
  claimDelivery,
  type DeliveryOutcome,
  dropDelivery,
  giveUpDelivery,
  postponeForQuietHours,
  recordDeliveryOutcome,
} from "@/lib/alerts/deliveries.store";
import { openEndpoint } from "@/lib/alerts/endpoint";
import { httpMessage, mailOf } from "@/lib/alerts/formats";
import type { AlertMessage } from "@/lib/alerts/message";
import { config, networksIn } from "@/lib/config";
import { pool } from "@/lib/db/pool";
import { NotFetched } from "@/lib/http/fetch-public";
import { postPublic } from "@/lib/http/post-public";
import { isPermanentFailure, mailFault, smtpTransport } from "@/lib/mail/transport";
import { type QueuedJob, takeJob } from "@/lib/queue/queue.store";
import { RunAgain } from "./loop";

/** How often the queue is checked, in ms. */
const EVERY_MS = 2_000;
/** Messages sent concurrently: a slow receiver delays few others. */
const AT_ONCE = 8;
/** The timeout for a receiver, in ms. */
const TIMEOUT_MS = 10_000;
/** "Gone": a receiver that returns this wants no more messages. */
const GONE = 410;
/** The fault of an alert that only newer processes can read; during a rolling update, a retry reaches one. */
const NEWER = "A newer version of Throughline made this alert.";

type Settings = Pick<ReturnType<typeof config>, "SMTP_URL" | "MAIL_FROM" | "APP_URL" | "WEBHOOK_NETWORKS">;

/** Sends messages that are due. */
export async function deliverAlerts(now: number, signal: AbortSignal, settings: Settings = config()) {
  const jobs: QueuedJob[] = [];
  while (jobs.length < AT_ONCE && !signal.aborted) {
    const job = await takeJob("alert");
    if (!job) break;
    jobs.push(job);
  }
  await Promise.all(jobs.map((job) => deliver(job, settings, now)));
  await giveUpDeadJobs(signal);
  return new RunAgain(jobs.length === AT_ONCE ? 0 : EVERY_MS);
}

async function deliver(job: QueuedJob, settings: Settings, now: number): Promise<void> {
  const { id } = job;
  const projectId = String(job.data.projectId);
  if (await postponeForQuietHours(pool(), projectId, job, now)) return;
  const claimed = await claimDelivery(pool(), projectId, id);
  const found = claimed && (await messageOf(pool(), claimed, id, settings.APP_URL));
  if (!found) return dropDelivery(pool(), projectId, id);
  const outcome = found === "newer" ? failure(NEWER) : await send(projectId, found, settings);
  await recordDeliveryOutcome(pool(), projectId, id, outcome, now);
}

const send = (projectId: string, { alert, message, to }: Outgoing, settings: Settings) =>
  alert.channel === "email" ? mail(to, message, settings) : call(projectId, alert, message, settings);

const failure = (fault: string, isFinal = false, status: number | null = null): DeliveryOutcome => ({
  status,
  fault,
  isFinal,
});
const SENT: DeliveryOutcome = { status: null, fault: null, isFinal: false };

async function mail(
  to: string | null,
  message: AlertMessage,
  { SMTP_URL, MAIL_FROM }: Settings,
): Promise<DeliveryOutcome> {
  if (SMTP_URL === "") return failure("This instance cannot send mail yet.", true);
  if (!to) return failure("The recipient no longer has access to this project.", true);
  const smtp = smtpTransport(SMTP_URL);
  try {
    await smtp.send({ id: message.id, to, from: MAIL_FROM }, mailOf(message));
    return SENT;
  } catch (error) {
    return failure(mailFault(error), isPermanentFailure(error));
  } finally {
    smtp.close();
  }
}

async function call(
  projectId: string,
  { id, channel }: Alert,
  message: AlertMessage,
  { WEBHOOK_NETWORKS }: Settings,
): Promise<DeliveryOutcome> {
  const sealed = await sealedEndpoint(pool(), { projectId, id });
  if (channel === "email" || sealed === null) return failure("The alert has no address.", true);
  const endpoint = openEndpoint(id, sealed);
  if (!endpoint) {
    const renew = channel === "webhook" ? "Enter it again, then make a new secret." : "Enter it again.";
    return failure(`AUTH_SECRET has changed, so the address cannot be read. ${renew}`, true);
  }
  const { body, headers } = httpMessage(channel, message, endpoint.secret, Date.now());
  try {
    const networks = networksIn(WEBHOOK_NETWORKS);
    const status = await postPublic(endpoint.url, { body, headers, timeoutMs: TIMEOUT_MS, networks });
    if (status >= 200 && status < 300) return { ...SENT, status };
    const isRedirect = status >= 300 && status < 400;
    return failure(
      isRedirect ? `It answered ${status}; redirects are not followed.` : `It answered ${status}.`,
      status === GONE,
      status,
    );
  } catch (error) {
    if (error instanceof NotFetched) return failure(error.message);
    throw error;
  }
}

async function giveUpDeadJobs(signal: AbortSignal): Promise<void> {
  for (let count = 0; count < AT_ONCE && !signal.aborted; count++) {
    const job = await takeJob("alert-dead");
    if (!job) return;
    const { projectId, deliveryId } = job.data;
    await giveUpDelivery(pool(), { id: job.id, projectId: String(projectId), deliveryId: String(deliveryId) });
  }
}
