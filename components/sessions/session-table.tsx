import type { ReactNode } from "react";
import { Ago, type Clock } from "@/components/time";
import { Flag } from "@/components/ui/flag";
import { Link } from "@/components/ui/link";
import { browserLabel, deviceLabel } from "@/lib/format/device";
import { formatCount } from "@/lib/format/number";
import { countryName } from "@/lib/format/place";
import { formatDuration } from "@/lib/format/time";
import type { SessionRow } from "@/lib/sessions/types";

type SessionTableProps<Row extends SessionRow> = {
  sessions: Row[];
  clock: Clock;
  /** URL of a session's page. */
  hrefOf: (session: Row) => string;
  /** The visitor, where the table covers more than one person. */
  personOf?: (session: Row) => ReactNode;
};

/** Visits, one per row. Phones show only who or when, and the duration; wider screens show more. */
export function SessionTable<Row extends SessionRow>({ sessions, clock, hrefOf, personOf }: SessionTableProps<Row>) {
  return (
    <table className="w-full text-[13px]">
      <caption className="sr-only">Sessions, newest first</caption>
      <thead>
        <tr className="border-b text-left text-muted-foreground text-xs [&>th]:h-9 [&>th]:px-3 [&>th]:font-medium">
          {personOf && (
            <th scope="col" className="!pl-4 sm:!pl-6">
              Person
            </th>
          )}
          <th scope="col" className={personOf ? "max-sm:!pr-4 text-right sm:text-left" : "!pl-4 sm:!pl-6"}>
            Started
          </th>
          <th scope="col" className={`text-right ${personOf ? "hidden sm:table-cell" : ""}`}>
            Duration
          </th>
          <th scope="col" className="text-right max-sm:hidden">
            Pages
          </th>
          <th scope="col" className={`text-right ${personOf ? "hidden sm:table-cell" : ""}`}>
            Events
          </th>
          <th scope="col" className="hidden pl-6 md:table-cell">
            Entry and exit page
          </th>
          <th scope="col" className="hidden xl:table-cell">
            Source
          </th>
          <th scope="col" className="hidden xl:table-cell">
            Device
          </th>
          <th scope="col" className="hidden !pr-6 xl:table-cell">
            Place
          </th>
        </tr>
      </thead>
      <tbody>
        {sessions.map((session) => (
          <tr
            key={session.id + hrefOf(session)}
            className="relative border-b transition-colors hover:bg-muted/60 [&>td]:h-11 [&>td]:px-3"
          >
            {personOf && (
              <td className="!pl-4 sm:!pl-6 max-w-52 truncate font-medium">
                {personOf(session)}
                <EntryPage session={session} />
              </td>
            )}
            <td
              className={
                personOf ? "max-sm:!pr-4 whitespace-nowrap text-right sm:text-left" : "!pl-4 sm:!pl-6 whitespace-nowrap"
              }
            >
              <Link href={hrefOf(session)} prefetch={false} className="after:absolute after:inset-0">
                <Ago ts={session.startedAt} clock={clock} />
              </Link>
              {!personOf && <EntryPage session={session} />}
            </td>
            <td className={`whitespace-nowrap text-right ${personOf ? "hidden sm:table-cell" : ""}`}>
              {session.durationMs === 0 ? "—" : formatDuration(session.durationMs)}
            </td>
            <td className="text-right max-sm:hidden">{formatCount(session.pageViews)}</td>
            <td className={`text-right ${personOf ? "hidden sm:table-cell" : ""}`}>{formatCount(session.events)}</td>
            <td className="hidden max-w-64 truncate pl-6 md:table-cell">{pages(session)}</td>
            <td className="hidden max-w-32 truncate xl:table-cell">{session.source}</td>
            <td
              title={[session.browser, session.os].filter(Boolean).join(" on ")}
              className="hidden max-w-48 truncate xl:table-cell"
            >
              {[deviceLabel(session.device), browserLabel(session.browser)].filter(Boolean).join(" · ") || "—"}
            </td>
            <td className="!pr-6 hidden max-w-40 truncate xl:table-cell">
              <Flag country={session.country} />
              {session.city ?? countryName(session.country) ?? "—"}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Shown under the first column where there is no room for a separate one. */
function EntryPage({ session }: { session: SessionRow }) {
  if (session.entryPage === null) return null;
  return (
    <span className="block max-w-56 truncate font-normal text-muted-foreground text-xs md:hidden">
      {session.entryPage}
    </span>
  );
}

function pages({ entryPage, exitPage }: SessionRow): ReactNode {
  if (entryPage === null) return "—";
  if (exitPage === null || exitPage === entryPage) return entryPage;
  return (
    <>
      {entryPage} <span className="text-muted-foreground">→</span> {exitPage}
    </>
  );
}
