"use server";

import { requireMember } from "@/lib/auth/guard";
import { AppError } from "@/lib/errors";
import { setEventDisplay } from "@/lib/events/events.store";
import type { EventDisplay } from "@/lib/events/types";

/** Says how the project shows an event; answers what is wrong with that, or null. */
export async function saveDisplay(projectId: string, name: string, display: EventDisplay): Promise<string | null> {
  const { scope } = await requireMember(String(projectId));
  try {
    await setEventDisplay(scope, name, display);
    return null;
  } catch (error) {
    if (error instanceof AppError) return error.message;
    throw error;
  }
}
