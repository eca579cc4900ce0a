"use server";

import { refresh } from "next/cache";
import { requireMember } from "@/lib/auth/guard";
import { AppError } from "@/lib/errors";
import { setPin } from "@/lib/pins/pins.store";

/** Pins a property for everybody in the project, or unpins it; answers what is wrong with that, or null. */
export async function pinAction(projectId: string, key: string, pinned: boolean): Promise<string | null> {
  const { scope } = await requireMember(String(projectId));
  try {
    await setPin(scope, String(key), pinned === true);
  } catch (error) {
    if (error instanceof AppError) return error.message;
    throw error;
  }
  refresh();
  return null;
}
