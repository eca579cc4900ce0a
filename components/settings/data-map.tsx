import type { ReactNode } from "react";
import { Badge } from "@/components/ui/badge";
import { Link } from "@/components/ui/link";
import { formatCount } from "@/lib/format/number";
import { formatDate } from "@/lib/format/time";
import type { DataCount } from "@/lib/privacy/data-counts.queries";
import type { DataKind } from "@/lib/privacy/data-kind";
import { DATA_MAP } from "@/lib/privacy/data-map";
import type { SettingValues } from "@/lib/projects/setting-list";

type DataMapProps = {
  projectId: string;
  values: SettingValues;
  counts: ReadonlyMap<string, DataCount>;
  zone: string;
};

/** Every kind of stored data: content, subject, origin, retention, readers, and current amount. */
export function DataMap({ projectId, values, counts, zone }: DataMapProps) {
  return (
    <section id="stored" aria-labelledby="stored-title" className="grid scroll-mt-16 gap-4 border-t px-4 py-7 sm:px-6">
      <div>
        <h2 id="stored-title" className="font-medium">
          What is stored
        </h2>
        <p className="mt-1 max-w-prose text-pretty text-muted-foreground text-sm">
          Every table of the database, by kind. Rows are counted now; large numbers are estimates.
        </p>
      </div>
      <ul className="grid gap-3 lg:grid-cols-2">
        {DATA_MAP.map((kind) => (
          <li key={kind.title} className="grid content-start gap-2.5 rounded-lg border p-4 text-sm">
            <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
              <h3 className="font-medium">{kind.title}</h3>
              <Badge className={kind.personal ? "bg-warning/15 text-warning" : "bg-muted text-muted-foreground"}>
                {kind.personal ? "Personal" : "Not personal"}
              </Badge>
              <Amount kind={kind} found={counts.get(kind.title)} projectId={projectId} />
            </div>
            <p className="text-pretty">{kind.holds}</p>
            <dl className="grid grid-cols-[5.5rem_minmax(0,1fr)] gap-x-3 gap-y-1 text-xs">
              <Row term="About">{kind.about}</Row>
              <Row term="From">{kind.from}</Row>
              <Row term="Kept">{kind.retention(values)}</Row>
              <Row term="Seen by">{kind.seenBy(values)}</Row>
              <Period found={counts.get(kind.title)} zone={zone} />
              <Row term={kind.tables.length === 1 ? "Table" : "Tables"}>
                <span className="break-words font-mono">{kind.tables.join(", ")}</span>
              </Row>
            </dl>
          </li>
        ))}
      </ul>
    </section>
  );
}

type AmountProps = { kind: DataKind; found: DataCount | undefined; projectId: string };

function Amount({ kind, found, projectId }: AmountProps) {
  if (!found) return <span className="ml-auto text-muted-foreground text-xs">shared by all projects</span>;
  const rows = `${found.isExact ? "" : "about "}${formatCount(found.rows)} ${found.rows === 1 ? "row" : "rows"}`;
  return kind.path && found.rows > 0 ? (
    <Link
      href={`/${projectId}/${kind.path}`}
      prefetch={false}
      className="ml-auto tabular-nums underline-offset-4 hover:underline"
    >
      {rows}
    </Link>
  ) : (
    <span className="ml-auto text-muted-foreground tabular-nums">{rows}</span>
  );
}

function Period({ found, zone }: { found: DataCount | undefined; zone: string }) {
  if (!found || found.from === null || found.to === null) return null;
  return (
    <Row term="Dated">
      {formatDate(found.from, zone)} to {formatDate(found.to, zone)}
    </Row>
  );
}

function Row({ term, children }: { term: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted-foreground">{term}</dt>
      <dd className="min-w-0 text-pretty">{children}</dd>
    </>
  );
}
