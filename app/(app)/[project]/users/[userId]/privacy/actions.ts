"use server";

import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { displayName } from "@/components/people/row";
import { requirePermission, requireRecent } from "@/lib/auth/guard";
import { AppError } from "@/lib/errors";
import { formAction, formText } from "@/lib/http/action";
import { eraseByRef, previewByRef } from "@/lib/privacy/erase";
import { getProfile } from "@/lib/profiles/person/person.queries";
import { requireProjectSettings } from "@/lib/projects/clients.store";

async function readForm(form: FormData) {
  const { scope } = await requirePermission(formText(form, "projectId"), "erase", null);
  return { scope, settings: await requireProjectSettings(scope), ref: formText(form, "ref") };
}

/** Counts what an erasure would delete. */
export const previewErasure = formAction(async (form) => {
  const { scope, settings, ref } = await readForm(form);
  return previewByRef(scope, settings, ref, Date.now());
});

/** Erases the person if the typed name matches, then redirects to the receipt. */
export const eraseUserAction = formAction(async (form): Promise<null> => {
  const { scope, settings, ref } = await readForm(form);
  await requireRecent();
  const person = await getProfile(scope, ref);
  if (!person) throw new AppError("not_found", "This user has already been erased.");
  const name = displayName(person);
  if (formText(form, "name").trim() !== name.trim()) {
    throw new AppError("unprocessable", `Type ${name} to confirm.`, { field: "name" });
  }
  const options = { dryRun: false, suppress: formText(form, "suppress") === "on", now: Date.now() };
  const { receipt } = await eraseByRef(scope, settings, ref, options);
  revalidatePath(`/${scope.projectId}`, "layout");
  redirect(`/${scope.projectId}/erasures/${receipt.jobId}`);
});
