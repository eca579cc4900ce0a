"use server";

import { revalidatePath } from "next/cache";
import { requirePermission } from "@/lib/auth/guard";
import { formAction, formText } from "@/lib/http/action";
import { isUuid } from "@/lib/ids";
import { setAccountExcluded, setPersonExcluded, setSegmentExcluded } from "@/lib/own-team/exclude";
import { getSegment } from "@/lib/segments/segments.queries";
import { unknownSegment } from "@/lib/segments/segments.store";

/** Excludes a user from every count, or includes them again. */
export const excludePerson = formAction(async (form): Promise<null> => {
  const { scope } = await requirePermission(formText(form, "projectId"), "manage", "own_team");
  await setPersonExcluded(scope, formText(form, "of"), formText(form, "out") === "yes");
  revalidatePath(`/${scope.projectId}`, "layout");
  return null;
});

/** The same for an account and everybody in it. */
export const excludeAccount = formAction(async (form): Promise<null> => {
  const { scope } = await requirePermission(formText(form, "projectId"), "manage", "own_team");
  await setAccountExcluded(scope, formText(form, "of"), formText(form, "out") === "yes");
  revalidatePath(`/${scope.projectId}`, "layout");
  return null;
});

/** The same for a segment's members. */
export const excludeSegment = formAction(async (form): Promise<null> => {
  const { scope } = await requirePermission(formText(form, "projectId"), "manage", "own_team");
  const id = formText(form, "of");
  if (!isUuid(id) || !(await getSegment(scope, id))) throw unknownSegment();
  await setSegmentExcluded(scope, id, formText(form, "out") === "yes");
  revalidatePath(`/${scope.projectId}`, "layout");
  return null;
});
