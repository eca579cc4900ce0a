import { z } from "zod";
import { prisma } from "@/lib/db/prisma";
import { withoutStandIns } from "@/lib/reading/stand-ins";
import type { Scope } from "@/lib/scope";
import { parseInput } from "@/lib/validate";
import { EVENT_COLORS, EVENT_ICONS, type EventDisplay } from "./types";

const nameSchema = z.string().min(1, "Name an event.").max(200);
export const displaySchema = z.object({
  icon: z.enum(EVENT_ICONS).nullable(),
  color: z.enum(EVENT_COLORS).nullable(),
  conversion: z.boolean(),
});

/** Sets how the project displays an event; the defaults delete the row. Throws unprocessable. Primary key. */
export async function setEventDisplay(scope: Scope<"edit">, name: string, display: EventDisplay): Promise<void> {
  const { icon, color, conversion } = parseInput(displaySchema, display);
  parseInput(nameSchema, name, "name");
  const key = { projectId: scope.projectId, name: withoutStandIns(scope, name) };
  if (icon === null && color === null && !conversion) {
    await prisma().eventDisplay.deleteMany({ where: key });
    return;
  }
  const values = { icon, color, conversion };
  await prisma().eventDisplay.upsert({
    where: { projectId_name: key },
    create: { ...key, ...values },
    update: values,
  });
}
