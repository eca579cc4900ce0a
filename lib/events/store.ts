import sql from "sql-template-tag";
import { z } from "zod";
import { pool } from "@/lib/db/pool";
import type { Scope } from "@/lib/scope";
import { valid } from "@/lib/validate";
import { EVENT_COLORS, EVENT_ICONS, type EventDisplay } from "./types";

const display = z.object({
  name: z.string().min(1, "Which event?").max(200),
  icon: z.enum(EVENT_ICONS).nullable(),
  color: z.enum(EVENT_COLORS).nullable(),
  conversion: z.boolean(),
});

/** Says how the project shows an event from now on; the defaults leave no row behind. Throws unprocessable. Primary key. */
export async function setEventDisplay(scope: Scope, name: string, wanted: EventDisplay): Promise<void> {
  const { icon, color, conversion } = valid(display, { ...wanted, name });
  if (icon === null && color === null && !conversion) {
    await pool().query(sql`DELETE FROM event_displays WHERE project_id = ${scope.projectId} AND name = ${name}`);
    return;
  }
  await pool().query(sql`
    INSERT INTO event_displays (project_id, name, icon, color, conversion)
    VALUES (${scope.projectId}, ${name}, ${icon}, ${color}, ${conversion})
    ON CONFLICT (project_id, name) DO UPDATE SET icon = excluded.icon, color = excluded.color, conversion = excluded.conversion`);
}
