import { MousePointerClick } from "lucide-react";
import type { Metadata } from "next";
import { NothingYet } from "@/components/app/nothing-yet";
import { queryString } from "@/components/search-params";
import { EventDisplayList } from "@/components/settings/event-display-list";
import { SettingsHeader } from "@/components/settings/settings-header";
import { requireMember } from "@/lib/auth/guard";
import { eventDisplays } from "@/lib/events/events.queries";
import { readerZone } from "@/lib/http/zone";
import { eventsByName } from "@/lib/timeline/project-events.queries";
import { saveDisplay } from "../../display-actions";

export const metadata: Metadata = { title: "How events are shown" };

/** Days covered by the list of an event's occurrences. */
const SHOWN_DAYS = 365;

export default async function EventLooksPage({ params }: { params: Promise<{ project: string }> }) {
  const { scope, project } = await requireMember((await params).project);
  const [seen, displays, zone] = await Promise.all([eventsByName(scope), eventDisplays(scope), readerZone()]);
  const lastAt = new Map(seen.map((event) => [event.name, event.lastAt]));
  // Customised events that are no longer sent are listed too, so that they can be reset.
  const events = [...new Set([...lastAt.keys(), ...Object.keys(displays)])].map((name) => ({
    name,
    lastAt: lastAt.get(name) ?? null,
    display: displays[name],
    href: `/${project.id}/events${queryString({ name, days: SHOWN_DAYS })}`,
  }));
  const isConversion = (event: (typeof events)[number]) => event.display?.conversion === true;
  events.sort((a, b) => Number(isConversion(b)) - Number(isConversion(a)) || (a.name < b.name ? -1 : 1));
  return (
    <>
      <SettingsHeader projectId={project.id} title="How events are shown">
        Icon and colour of each event, and which are conversions
      </SettingsHeader>
      {events.length === 0 ? (
        <NothingYet icon={MousePointerClick} projectId={project.id} on="looks" />
      ) : (
        <EventDisplayList
          events={events}
          clock={{ now: Date.now(), zone }}
          actions={{ save: saveDisplay.bind(null, project.id) }}
        />
      )}
    </>
  );
}
