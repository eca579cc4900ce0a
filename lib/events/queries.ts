import sql from "sql-template-tag";
import { pool } from "@/lib/db/pool";
import { prepared } from "@/lib/db/statement";
import type { Scope } from "@/lib/scope";
import type { EventDisplay, EventDisplays } from "./types";

/** How the project shows its events. One range of event_displays_pkey: as many rows as somebody clicked together. */
export async function eventDisplays(scope: Scope): Promise<EventDisplays> {
  const { rows } = await pool().query<EventDisplay & { name: string }>(
    prepared(
      sql`SELECT name, icon, color, conversion FROM event_displays WHERE project_id = ${scope.projectId} ORDER BY name`,
    ),
  );
  return Object.fromEntries(rows.map(({ name, ...display }) => [name, display]));
}

/** Names of what counts as a conversion beside what earned something. */
export const conversionNames = (displays: EventDisplays): string[] =>
  Object.keys(displays).filter((name) => displays[name]?.conversion);
