"use server";

import { z } from "zod";
import { requirePermission } from "@/lib/auth/guard";
import { displaySchema, setEventDisplay } from "@/lib/events/event-display.store";
import { changeAction, textSchema } from "@/lib/http/action";

/** Saves an event's display for the project: project, event name, display. */
export const saveDisplay = changeAction(
  z.tuple([textSchema, textSchema, displaySchema]),
  async (projectId, name, display) => {
    const { scope } = await requirePermission(projectId, "edit", "event_display");
    await setEventDisplay(scope, name, display);
  },
);
