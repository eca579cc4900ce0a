import { ArrowRight } from "lucide-react";
import { summaryDetail, summaryName } from "@/components/identity/person";
import { Avatar } from "@/components/ui/avatar";
import { pluralCount } from "@/lib/format/number";
import type { PersonSummary } from "@/lib/identity/person-summary.queries";
import type { CorrectionPreview } from "@/lib/ingest/corrections/apply-correction";

/** Everyone a correction affects, before and after. */
export function PreviewTable({ before, after }: CorrectionPreview) {
  return (
    <div className="grid gap-2 sm:grid-cols-[minmax(0,1fr)_auto_minmax(0,1fr)] sm:items-center">
      <Column title="Now" people={before} />
      <ArrowRight aria-hidden="true" className="mx-auto size-4 rotate-90 text-muted-foreground sm:mt-5 sm:rotate-0" />
      <Column title="Afterwards" people={after} />
    </div>
  );
}

function Column({ title, people }: { title: string; people: PersonSummary[] }) {
  return (
    <section className="grid gap-1.5 self-stretch sm:content-start">
      <h3 className="font-medium text-muted-foreground text-xs">{title}</h3>
      <ul className="grid gap-1.5">
        {people.map((person) => (
          <li key={person.ref} className="flex items-start gap-2.5 rounded-lg border px-3 py-2.5">
            <Avatar name={summaryName(person)} anonymous={person.userIds.length === 0} />
            <div className="min-w-0">
              <p className="truncate font-medium text-[13px]">{summaryName(person)}</p>
              <p className="truncate text-muted-foreground text-xs" title={person.userIds.join(", ")}>
                {summaryDetail(person)}
              </p>
              <p className="mt-1 text-xs tabular-nums">
                {pluralCount(person.events, "event")} · {pluralCount(person.sessions, "session")}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
