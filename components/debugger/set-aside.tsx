import { userHref } from "@/components/people/row";
import { Link } from "@/components/ui/link";
import type { SetAsideItem } from "@/lib/debugger/set-aside.queries";
import type { SetAsideJob } from "@/lib/debugger/set-aside.store";
import { formatCount } from "@/lib/format/number";
import { formatDateTime } from "@/lib/format/time";

const WHAT: Record<SetAsideJob, string> = {
  facts: "The list values of",
  columns: "The sorted value of",
  segments: "The size of the segment",
  erasures: "The rows of an erasure",
  accounts: "The list values of the account",
  states: "The state of",
  "account-states": "The state of the account",
  "sign-ups": "The sign-up of",
  risk: "The risk of",
  "account-risk": "The risk of the account",
};

/** Items that background jobs skipped after failures. The jobs continue, so this is the only place that shows them. */
export function SetAsideItems(props: { projectId: string; rows: SetAsideItem[]; total: number; zone: string }) {
  const { projectId, rows, total, zone } = props;
  if (rows.length === 0) return null;
  return (
    <section aria-labelledby="set-aside-title" className="border-b bg-warning/5 px-4 py-3 sm:px-6">
      <h2 id="set-aside-title" className="font-medium text-sm">
        Skipped: {formatCount(total)}
      </h2>
      <p className="mt-0.5 text-muted-foreground text-xs">
        The events are stored, but these values could not be calculated from them. Everything else continues, and these
        are retried.
      </p>
      <ul className="mt-2 grid gap-1.5 text-[13px]">
        {rows.map((row) => (
          <li key={`${row.job} ${row.subject}`} className="min-w-0 break-words">
            {WHAT[row.job]}
            <Subject projectId={projectId} row={row} />: {row.reason}.{" "}
            <span className="text-muted-foreground text-xs">
              Since {formatDateTime(row.since, zone)}, tried {formatCount(row.tries)}{" "}
              {row.tries === 1 ? "time" : "times"}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Subject({ projectId, row: { ref, name } }: { projectId: string; row: SetAsideItem }) {
  if (ref !== null)
    return (
      <>
        {" "}
        <Link
          href={userHref(projectId, ref)}
          prefetch={false}
          className="break-all font-mono text-xs underline underline-offset-2"
        >
          {ref}
        </Link>
      </>
    );
  return name === null ? null : <span className="font-medium"> {name}</span>;
}
