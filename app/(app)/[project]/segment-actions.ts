"use server";

import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { requirePermission } from "@/lib/auth/guard";
import { formAction, formText } from "@/lib/http/action";
import { isUuid } from "@/lib/ids";
import { accountRuleInForm, isAccountForm, ruleInForm } from "@/lib/segments/read-form";
import {
  createAccountSegment,
  createSegment,
  deleteSegment,
  unknownSegment,
  updateAccountSegment,
  updateSegment,
} from "@/lib/segments/segments.store";

function idOf(form: FormData): string {
  const id = formText(form, "segmentId");
  if (!isUuid(id)) throw unknownSegment();
  return id;
}

/** Creates a segment by rule and redirects to it. */
export const makeSegment = formAction(async (form): Promise<null> => {
  const { scope } = await requirePermission(formText(form, "projectId"), "edit", "segments");
  const named = { name: formText(form, "name"), description: formText(form, "description") };
  const id = isAccountForm(form)
    ? await createAccountSegment(scope, { ...named, rule: accountRuleInForm(form) })
    : await createSegment(scope, { ...named, rule: ruleInForm(form) });
  revalidatePath(`/${scope.projectId}`, "layout");
  redirect(`/${scope.projectId}/segments/${id}`);
});

/** Creates an empty list to import people into; returns its id. */
export const makeList = formAction(async (form): Promise<string> => {
  const { scope } = await requirePermission(formText(form, "projectId"), "edit", "segments");
  const input = { name: formText(form, "name"), description: formText(form, "description"), rule: null };
  const id = await createSegment(scope, input);
  revalidatePath(`/${scope.projectId}`, "layout");
  return id;
});

/** Changes name, description or rule, then redirects to the segment. An uploaded list has no rule. */
export const changeSegment = formAction(async (form): Promise<null> => {
  const { scope } = await requirePermission(formText(form, "projectId"), "edit", "segments");
  const id = idOf(form);
  const named = { name: formText(form, "name"), description: formText(form, "description") };
  if (isAccountForm(form)) await updateAccountSegment(scope, id, { ...named, rule: accountRuleInForm(form) });
  else await updateSegment(scope, id, form.has("filter") ? { ...named, rule: ruleInForm(form) } : named);
  revalidatePath(`/${scope.projectId}`, "layout");
  redirect(`/${scope.projectId}/segments/${id}`);
});

export const removeSegment = formAction(async (form): Promise<null> => {
  const { scope } = await requirePermission(formText(form, "projectId"), "edit", "segments");
  await deleteSegment(scope, idOf(form));
  revalidatePath(`/${scope.projectId}`, "layout");
  redirect(`/${scope.projectId}/segments`);
});
