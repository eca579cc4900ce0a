import { config } from "@/lib/config";
import { rememberLimited } from "@/lib/debugger/ring";
import { AppError } from "@/lib/errors";
import { clientIp } from "@/lib/http/forwarded";
import { isInnerAddress, networkName } from "@/lib/http/network";
import type { ReportUse } from "@/lib/limits/meters";
import { RateLimit } from "@/lib/limits/meters";
import { reportMeters, reportNetworks } from "@/lib/limits/meters.store";

/** The burst of a key or a network, in seconds of its rate. */
const BURST_SECONDS = 20;

const TOO_MANY = "Too many requests. Try again later.";

const shared = globalThis as typeof globalThis & {
  throughlineApiLimit?: RateLimit;
  throughlineApiStrangers?: RateLimit;
};

/** One per process, shared by Next's copies of this module. */
const limitOf = (report: ReportUse): RateLimit => {
  const rate = config().API_REQUESTS_PER_SECOND;
  return new RateLimit(rate, rate * BURST_SECONDS, report);
};
const keys = (): RateLimit => (shared.throughlineApiLimit ??= limitOf(reportMeters));
const strangers = (): RateLimit => (shared.throughlineApiStrangers ??= limitOf(reportNetworks("stranger")));

type ClientRequest = { clientId: string; projectId: string; path: string };

/** Counts an API request with a key, over all processes; throws `rate_limited`, which the debugger shows. */
export function admitClient({ clientId, projectId, path }: ClientRequest, now: number): void {
  try {
    keys().admit(`api:${clientId}`, now, TOO_MANY);
  } catch (error) {
    if (error instanceof AppError) rememberLimited(projectId, { at: now, via: path, reason: error.message });
    throw error;
  }
}

/** Counts an API request without a valid key, by its public address; throws `rate_limited`. */
export function admitStranger(headers: Pick<Headers, "get">, now: number): void {
  const address = clientIp(headers);
  if (address !== null && !isInnerAddress(address)) strangers().admit(networkName(address), now, TOO_MANY);
}
