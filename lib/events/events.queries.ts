import { prisma } from "@/lib/db/prisma";
import { withStandIns } from "@/lib/reading/stand-ins";
import type { Scope } from "@/lib/scope";
import type { EventDisplay, EventDisplays } from "./types";

/** How the project displays its events. Reads one range of event_displays_pkey: the events that members configured. */
export async function eventDisplays(scope: Scope): Promise<EventDisplays> {
  const rows = await prisma().eventDisplay.findMany({
    where: { projectId: scope.projectId },
    orderBy: { name: "asc" },
    select: { name: true, icon: true, color: true, conversion: true },
  });
  // The columns hold values that setEventDisplay validated.
  return withStandIns(scope, Object.fromEntries(rows.map(({ name, ...display }) => [name, display as EventDisplay])));
}

/** Names of the events that count as conversions, apart from those with revenue. */
export const conversionNames = (displays: EventDisplays): string[] =>
  Object.keys(displays).filter((name) => displays[name]?.conversion);
