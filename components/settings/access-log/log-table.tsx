import { accountHref } from "@/components/people/account";
import { userHref } from "@/components/people/row";
import { Ago, type Clock } from "@/components/time";
import { Badge } from "@/components/ui/badge";
import { Link } from "@/components/ui/link";
import type { AccessLogRow } from "@/lib/access-log/access-log.queries";
import { ACT_KIND_LABELS, describeAct } from "@/lib/access-log/acts";
import { idInRef, isAnonymousRef } from "@/lib/identity/person-ref";

type LogTableProps = { rows: AccessLogRow[]; nameOf: (actor: string) => string; projectId: string; clock: Clock };

/** Entries of the access log; each leads to the person or account it is about. */
export function LogTable({ rows, nameOf, projectId, clock }: LogTableProps) {
  return (
    <table className="w-full text-[13px]">
      <caption className="sr-only">Access log</caption>
      <thead className="border-b text-left text-muted-foreground text-xs max-sm:sr-only">
        <tr>
          {["When", "Who", "Action", "About"].map((head) => (
            <th key={head} scope="col" className="px-4 py-2 font-medium sm:px-6">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="divide-y">
        {rows.map((row) => (
          <tr key={row.id} className="max-sm:grid max-sm:gap-0.5 max-sm:px-4 max-sm:py-2.5">
            <td className="whitespace-nowrap text-muted-foreground sm:px-6 sm:py-2">
              <Ago ts={row.at} clock={clock} />
            </td>
            <td className="font-medium sm:px-6 sm:py-2">{nameOf(row.actor)}</td>
            <td className="sm:px-6 sm:py-2">
              <Badge variant={describeAct(row.act).kind === "view" ? "neutral" : "accent"}>
                {ACT_KIND_LABELS[describeAct(row.act).kind]}
              </Badge>{" "}
              {describeAct(row.act).words}
            </td>
            <td className="min-w-0 break-words sm:px-6 sm:py-2">
              <Subject row={row} projectId={projectId} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Subject({ row: { person, account }, projectId }: { row: AccessLogRow; projectId: string }) {
  const link = "text-primary underline-offset-4 hover:underline";
  if (person === "gone") return <span className="text-muted-foreground">an erased person</span>;
  if (person !== null)
    return (
      <Link href={userHref(projectId, person.ref)} prefetch={false} className={link}>
        {person.name ?? (isAnonymousRef(person.ref) ? "an anonymous visitor" : idInRef(person.ref))}
      </Link>
    );
  if (account === null) return null;
  return (
    <Link
      href={accountHref(projectId, account.id)}
      prefetch={false}
      className={link}
      title={account.name === null ? undefined : account.id}
    >
      {account.name ?? account.id}
    </Link>
  );
}
