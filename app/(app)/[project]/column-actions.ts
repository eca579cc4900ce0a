"use server";

import { revalidatePath } from "next/cache";
import { requireMember } from "@/lib/auth/guard";
import { AppError } from "@/lib/errors";
import { formAction, formText } from "@/lib/http/action";
import { LISTS, type ListName } from "@/lib/preferences/layout";
import { readLayout } from "@/lib/preferences/preferences.queries";
import { saveListLayout } from "@/lib/preferences/preferences.store";

const LIST_NAMES = Object.keys(LISTS) as ListName[];

/** Saves the member's columns of a list. */
export const saveLayout = formAction(async (form): Promise<null> => {
  const { scope, member } = await requireMember(formText(form, "projectId"));
  const list = LIST_NAMES.find((name) => name === formText(form, "list"));
  const layout = list && readLayout(jsonIn(formText(form, "layout")), list);
  if (!list || !layout)
    throw new AppError("unprocessable", "These columns could not be saved. Reload the page and try again.");
  await saveListLayout(scope, member.id, list, layout);
  revalidatePath(`/${scope.projectId}/${list}`);
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
