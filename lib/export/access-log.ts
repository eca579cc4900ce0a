import { type LogFilter, type LogRow, listLog } from "@/lib/access-log/access-log.queries";
import { actOf, KIND_LABELS } from "@/lib/access-log/acts";
import { actorNames } from "@/lib/auth/actor-names";
import type { Scope } from "@/lib/scope";
import { csvResponse, isoTime } from "./csv-stream";

const PAGE_ROWS = 500;

/** The access log as a CSV file, filtered, newest first. */
export const exportLog = (scope: Scope, filter: LogFilter): Response =>
  csvResponse(scope, "access-log", ["time", "who", "by", "did", "what", "person", "account"], pages(scope, filter));

async function* pages(scope: Scope, filter: LogFilter) {
  let cursor: string | undefined;
  do {
    const { rows, next } = await listLog(scope, filter, { limit: PAGE_ROWS, cursor });
    const nameOf = await actorNames(
      scope,
      rows.map(({ actor }) => actor),
    );
    yield rows.map(({ at, actor, act, person, account }: LogRow) => [
      isoTime(at),
      nameOf(actor),
      actor,
      KIND_LABELS[actOf(act).kind],
      actOf(act).words,
      person === null ? null : person === "gone" ? "(erased)" : person.ref,
      account?.id ?? null,
    ]);
    cursor = next ?? undefined;
  } while (cursor !== undefined);
}
