import "server-only";
import type { Access } from "@/lib/auth/guard";
import { config } from "@/lib/config";
import { utcDay } from "@/lib/format/time";
import { proxyAdviceNow } from "@/lib/http/proxy-watch";
import { readerZone } from "@/lib/http/zone";
import { hourlyMegabytes } from "@/lib/ingest/http/sending-limits";
import { refusalsSince } from "@/lib/ingest/privacy/refusal-counts.queries";
import { clientsOf, settingValues } from "@/lib/projects/projects.queries";
import { ceilingUse } from "@/lib/projects/usage.queries";
import { segmentNames } from "@/lib/segments/segments.queries";

const DAY_MS = 24 * 60 * 60 * 1000;
/** Days of refusal counts shown. */
export const COUNTED_DAYS = 30;

/** What the Settings page shows of a project. */
export async function readSettings({ scope, project, may }: Access) {
  const clock = { now: Date.now(), zone: await readerZone() };
  const [clients, values, refusals, use, hourly] = await Promise.all([
    clientsOf(scope),
    settingValues(scope),
    refusalsSince(scope, utcDay(clock.now - (COUNTED_DAYS - 1) * DAY_MS)),
    ceilingUse(scope),
    hourlyMegabytes(project.id, clock.now),
  ]);
  const { APP_URL, TRUSTED_PROXIES } = config();
  return {
    clock,
    clients,
    values,
    refusals,
    used: { ...use, maxMegabytesPerHour: hourly },
    ownSegments: await segmentNames(scope, values.internalSegments),
    advice: may.manage ? proxyAdviceNow(APP_URL, TRUSTED_PROXIES) : null,
  };
}
