import { type AccessLogFilter, type AccessLogRow, listAccessLog } from "@/lib/access-log/access-log.queries";
import { ACT_KIND_LABELS, describeAct } from "@/lib/access-log/acts";
import { actorNames } from "@/lib/auth/actor-names";
import type { Scope } from "@/lib/scope";
import { csvResponse, isoTime } from "./csv-stream";

const PAGE_ROWS = 500;

/** The access log as a CSV file, filtered, newest first. */
export const exportLog = (scope: Scope, filter: AccessLogFilter): Response =>
  csvResponse(scope, "access-log", ["time", "who", "by", "did", "what", "person", "account"], pages(scope, filter));

async function* pages(scope: Scope, filter: AccessLogFilter) {
  let cursor: string | undefined;
  do {
    const { rows, next } = await listAccessLog(scope, filter, { limit: PAGE_ROWS, cursor });
    const nameOf = await actorNames(
      scope,
      rows.map(({ actor }) => actor),
    );
    yield rows.map(({ at, actor, act, person, account }: AccessLogRow) => [
      isoTime(at),
      nameOf(actor),
      actor,
      ACT_KIND_LABELS[describeAct(act).kind],
      describeAct(act).words,
      person === null ? null : person === "gone" ? "(erased)" : person.ref,
      account?.id ?? null,
    ]);
    cursor = next ?? undefined;
  } while (cursor !== undefined);
}
