"use server";

import { revalidatePath } from "next/cache";
import { requireMember } from "@/lib/auth/guard";
import { AppError } from "@/lib/errors";
import { action, text } from "@/lib/http/action";
import { readLayout } from "@/lib/preferences/preferences.queries";
import { saveListLayout } from "@/lib/preferences/preferences.store";

/** Saves the member's columns of the users list. */
export const saveLayout = action(async (form): Promise<null> => {
  const { scope, member } = await requireMember(text(form, "projectId"));
  const layout = readLayout(jsonIn(text(form, "layout")));
  if (!layout) throw new AppError("unprocessable", "These columns could not be saved. Reload the page and try again.");
  await saveListLayout(scope, member.id, layout);
  revalidatePath(`/${scope.projectId}/users`);
  return null;
});

/** null for invalid JSON. */
function jsonIn(sent: string): unknown {
  try {
    return JSON.parse(sent);
  } catch {
    return null;
  }
}
